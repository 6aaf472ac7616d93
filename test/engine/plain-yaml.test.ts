import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { readPlain } from "../../engine/kubernetes/documents";
import { plainYaml } from "../../engine/kubernetes/plain-yaml";

/** What the parser that keeps every token reads: a tab in a comment is not so plain. */
function composed(text: string): readonly unknown[] | string {
  const read = readPlain(`#\t\n${text}`, "objects.yaml");
  if (read.kind === "problem") return read.problem;
  return read.value.map(({ value, line, column }) => ({ value, line: line - 1, column }));
}

function plain(text: string): readonly unknown[] | undefined {
  if (plainYaml(text) === undefined) return undefined;
  const read = readPlain(text, "objects.yaml");
  assert.equal(read.kind, "ok");
  return read.value;
}

const word = fc.oneof(
  fc.constantFrom(
    "apiVersion",
    "v1",
    "kind",
    "Secret",
    "name",
    "a b",
    "- a",
    "a: b",
    "# a",
    "a #b",
  ),
  fc.constantFrom("yes", "No", "on", "y", "true", "null", "~", "", "1", "-1", "01", "1e3", "0x1f"),
  fc.constantFrom("1_000", "12:30", "1.0", "10.0.0.1", ".5", "1.2.3", "2024-01-01", "=", "<<"),
  fc.constantFrom("a\nb", "a\n\nb\n", "\na", " a", "a ", "é", "😀", "'", '"', "{a", "[b", "|", ">"),
  fc.constantFrom("__proto__", "500m", "arn:aws:iam::111122223333:role/a", "*", "&a", "!b", "%c"),
  fc.string({ maxLength: 6 }),
);

const tame = fc.constantFrom("a", "b c", "kind", "x.y/z", "a:b", "a'b", "c#d", "run\nnow\n", "-e");

function valueOf(text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      text,
      fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.double()),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(text, tie("value"), { maxKeys: 3 }),
    ),
  })).value;
}

const written = fc
  .record({
    documents: fc.array(fc.oneof(valueOf(word), valueOf(tame)), { minLength: 1, maxLength: 3 }),
    lineWidth: fc.constantFrom(0, 20, 80),
    indent: fc.constantFrom(2, 4),
    indentSeq: fc.boolean(),
    collectionStyle: fc.constantFrom("any", "block", "flow"),
    defaultStringType: fc.constantFrom(
      ...["PLAIN", "QUOTE_SINGLE", "QUOTE_DOUBLE", "BLOCK_LITERAL", "BLOCK_FOLDED"],
    ),
  })
  .map(({ documents, ...options }) =>
    documents.map((each) => stringify(each, options as object)).join("---\n"),
  );

/** A text with a few characters put in, taken out or put in place of others. */
function changed(text: string, changes: readonly (readonly [number, string, number])[]): string {
  return changes.reduce((before, [place, put, taken]) => {
    const at = place % (before.length + 1);
    return before.slice(0, at) + put + before.slice(at + taken);
  }, text);
}

const change = fc.tuple(
  fc.nat(10_000),
  fc.constantFrom(
    ...[
      "",
      " ",
      "  ",
      "\n",
      "\n  ",
      ":",
      ": ",
      "-",
      "- ",
      "? ",
      "#",
      " #",
      ",",
      "[",
      "]",
      "{",
      "}",
    ],
    ...[
      "'",
      '"',
      "|",
      ">",
      "|-\n",
      ">+\n",
      "|2\n",
      "\n---\n",
      "---",
      "...",
      "%",
      "&a ",
      "*a",
      "!a ",
    ],
    ...["\\", "\\x41", "@", "`", "<<: ", "null: ", "1: ", "é", "\u2028", "\ufeff", "\u0085", "\r"],
  ),
  fc.nat(3),
);

describe("a text that says nothing but what any reader of YAML reads alike", function () {
  this.timeout(300_000);

  it("is read as by the parser that keeps every token, and begins at the same places", () => {
    fc.assert(
      fc.property(written, (text) => {
        const found = plain(text);
        if (found !== undefined) assert.deepEqual(found, composed(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it("is read so as well, and refused by neither alone, where characters of it were changed", () => {
    fc.assert(
      fc.property(written, fc.array(change, { minLength: 1, maxLength: 4 }), (text, changes) => {
        const other = changed(text, changes);
        const found = plain(other);
        if (found !== undefined) assert.deepEqual(found, composed(other), JSON.stringify(other));
      }),
      { numRuns: 1_000 },
    );
  });

  it("is the usual manifest, of several documents, with comments, lists and texts of many lines", () => {
    const text = [
      ...["# of the desk", "apiVersion: v1", "kind: ConfigMap", "metadata: {name: desk}", "data:"],
      ...["  run.sh: |", "    set -e", "", "    run # now", "  port: '80'", "---", "# next"],
      ...["apiVersion: v1", "kind: Pod", "spec:", "  containers:", "  - name: desk", "    args:"],
      ...['    - "--port=80"', "    ports: [80, 443]", "    tty: true", "    env:", "---", ""],
    ].join("\n");
    assert.deepEqual(plain(text), composed(text));
    assert.deepEqual(plain(text), [
      {
        value: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "desk" },
          data: { "run.sh": "set -e\n\nrun # now\n", port: "80" },
        },
        line: 2,
        column: 1,
      },
      {
        value: {
          apiVersion: "v1",
          kind: "Pod",
          spec: {
            containers: [
              { name: "desk", args: ["--port=80"], ports: [80, 443], tty: true, env: null },
            ],
          },
        },
        line: 13,
        column: 1,
      },
    ]);
  });

  for (const [what, text] of [
    ["an anchor", "a: &b 1\n"],
    ["a tag", "a: !!str 1\n"],
    ["a directive", "%YAML 1.1\n---\na: 1\n"],
    ["a merge key", "<<: {a: 1}\n"],
    ["a repeated key", "a: 1\na: 2\n"],
    ["a key that is no text", "1: a\n"],
    ["a word that may be a truth", "a: yes\n"],
    ["a number of another form", "a: 0x10\n"],
    ["what may be a number", "a: 10.0.0.1\n"],
    ["a zero below nothing", "a: -0\n"],
    ["a template", "a: {{ .b }}\n"],
    ["a tab", "a:\t1\n"],
    ["a line that ends otherwise", "a: 1\r\n"],
    ["the end of a document", "a: 1\n...\n"],
    ["a comment of Helm", "---\n# Source: desk/templates/a.yaml\na: 1\n"],
    ["a text in quotes of several lines", 'a: "b\\\n\n  c"\n'],
    ["a key behind a text in quotes", '- a: ["b"]\n  "c- " "d": e\n'],
    ["a text of several lines whose next begins as an item does", "a: b\n  - c\n"],
    ["a text that ends with spaces alone", "a: |-\n  b\n     \n"],
    ["what is nested deep", `${"[".repeat(101)}${"]".repeat(101)}`],
    ["a text alone", "a\n"],
    ["what is no YAML", "a: b: c\n"],
  ] as const) {
    it(`is not one with ${what}`, () => {
      assert.equal(plainYaml(text), undefined);
    });
  }
});
