import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readDocuments, readPlain } from "../../engine/kubernetes/documents";
import { traps } from "../support/manifest-traps";
import { compared, type KubectlAnswer } from "../support/read-as-kubectl";

const file = join(__dirname, "fixtures/traps-by-kubectl.json");
const { answers } = JSON.parse(readFileSync(file, "utf8")) as {
  readonly answers: Readonly<Record<string, KubectlAnswer>>;
};

describe("a manifest that YAML readers parse in several ways", () => {
  for (const { name, content, notJudged } of traps) {
    it(`is read as kubectl reads it, or not judged: ${name}`, () => {
      const answer = answers[name] ?? assert.fail("what kubectl reads is not recorded");
      const expected =
        notJudged === undefined ? { kind: "alike" } : { kind: "not judged", reason: notJudged };
      assert.deepEqual(compared(content, answer), expected);
    });
  }

  it("is not judged where kubectl takes one value or the other by chance", () => {
    const message = "map keys must be unique";
    const at = { source: { file: "f", line: 2, column: 1 }, message };
    const problem = `f:2:1: ${message}`;
    assert.deepEqual(readDocuments('1: a\n"1": b\n', "f"), { kind: "problem", problem, at });
  });

  for (const tag of ['!<tag:yaml.org,"02:str>', "!<ta<<:yaml.org,2002:str>", "!a#b"]) {
    it(`is not judged with a tag that go-yaml refuses: ${tag}`, () => {
      const message = "this form of YAML is not read here";
      const at = { source: { file: "f", line: 2, column: 4 }, message };
      const problem = `f:2:4: ${message}`;
      assert.deepEqual(readDocuments(`a: 1\nb: ${tag} c\n`, "f"), { kind: "problem", problem, at });
    });
  }

  it("is not judged where a tag ends at a bracket, which go-yaml refuses", () => {
    const message = "this form of YAML is not read here";
    const at = { source: { file: "f", line: 1, column: 8 }, message };
    const problem = `f:1:8: ${message}`;
    assert.deepEqual(readDocuments("a: {b: !!str}\n", "f"), { kind: "problem", problem, at });
  });

  it("is not judged with a block of explicit indentation that is only spaces", () => {
    const message = "a block of text ends in a line of spaces; remove these";
    const at = { source: { file: "f", line: 1, column: 4 }, message };
    const problem = `f:1:4: ${message}`;
    assert.deepEqual(readDocuments("a: |2-\n\n     \n", "f"), { kind: "problem", problem, at });
  });

  it("is read with a tag in its long form", () => {
    assert.deepEqual(readPlain("a: !<tag:yaml.org,2002:str> 1\n", "f"), {
      kind: "ok",
      value: [{ line: 1, column: 1, value: { a: "1" } }],
    });
  });

  it("has only recorded answers of kubectl that a file uses", () => {
    assert.deepEqual(
      Object.keys(answers),
      traps.map(({ name }) => name),
    );
  });

  it("has the places of its documents, whatever ends its lines", () => {
    assert.deepEqual(placesOf("# a\n\n---\na: 1\nb: 2\n---\n  c: 1\n"), [
      [4, 1],
      [7, 3],
    ]);
    assert.deepEqual(placesOf("# a\r\n---\r\n a: 1\r\n---\r\nb: 1\r\n"), [
      [3, 2],
      [5, 1],
    ]);
    assert.deepEqual(placesOf('{"a":1}\n {"b":1}'), [
      [1, 1],
      [2, 2],
    ]);
  });

  for (const [what, first, text] of [
    [
      "YAML",
      [4, 5],
      "kind: List\nitems:\n  - &a\n    {apiVersion: v1, kind: A}\n  - apiVersion: v1\n    kind: B\n",
    ],
    [
      "JSON",
      [3, 4],
      '{"kind":"List", "a": {"items": [{}]}, "items":\n\n  [{"apiVersion":"v1","kind":"A","b":[{}]}\n ,  \n    {"apiVersion":"v1","kind":"B"}]}',
    ],
  ] as const) {
    it(`has the places of the items of a list in ${what}`, () => {
      const read = readDocuments(text, "f");
      assert.ok(read.kind === "ok");
      assert.deepEqual(
        read.value.objects.map(({ line, column }) => [line, column]),
        [first, [5, 5]],
      );
    });
  }
});

function placesOf(text: string): readonly unknown[] {
  const read = readPlain(text, "f");
  assert.ok(read.kind === "ok");
  return read.value.map(({ line, column }) => [line, column]);
}
