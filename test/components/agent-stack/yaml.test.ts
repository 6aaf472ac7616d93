import assert from "node:assert/strict";
import * as fc from "fast-check";
import { readManifest } from "../../../components/agent-stack/agent-stack";
import { cluster, mistakesIn, ofTenant } from "./mistakes";

const good = ofTenant("tools: { search: {} }");

describe("the YAML of a manifest", () => {
  const rejects: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    "an empty file": ["", ["1:1: the file is empty; declare `federations` and `tenants`"]],
    "comments alone": [
      "# tenants\n---\n",
      ["1:1: the file is empty; declare `federations` and `tenants`"],
    ],
    "a list": ["- acme\n", ["1:1: a list is here; give a map with `federations` or `tenants`"]],
    "a tab that indents": [
      "tenants:\n\tacme: {}\n",
      ["2:1: a tab indents this line; indent by spaces"],
    ],
    "a key written twice": [
      ofTenant("tools: { search: {}, search: {} }"),
      ["6:26: key `search` is written twice; keep one"],
    ],
    "a whole section written twice": [
      `${good}tenants: {}\n`,
      [
        "7:1: key `tenants` is written twice; keep one",
        "7:10: tenants: nothing is declared; give tenants by name (lowercase letters, digits and single `-` inside, at most 63)",
      ],
    ],
    "two documents": [
      `${good}---\n${good}`,
      ["7:1: a second document starts here; write one a file"],
    ],
    "what is no YAML, every place of it": [
      "a: [1\nb: ]\nc: }\n",
      [
        "2:1: no YAML: flow sequence in block collection must be sufficiently indented and end with a ]",
        "2:4: no YAML: unexpected flow-seq-end token in YAML stream",
        "3:1: no YAML: unexpected scalar token in YAML stream",
        "3:2: no YAML: unexpected map-value-ind token in YAML stream",
        "3:4: no YAML: unexpected flow-map-end token in YAML stream",
      ],
    ],
    "an alias without an anchor": [
      ofTenant("tools: *tools"),
      ["6:12: alias `*tools` names no anchor before it; write the value out"],
    ],
    "an alias of itself": [
      ofTenant("tools: &tools { search: *tools }"),
      ["6:29: alias `*tools` is within what it names; write the value out"],
    ],
    "a tag": [ofTenant("tools: { search: !Ref x }"), ["6:22: no YAML: a tag that is not known"]],
    "a key that is no text": [
      `${cluster}tenants:\n  ? [acme]\n  : {}\n`,
      [
        "4:3: tenants: nothing is declared; give tenants by name (lowercase letters, digits and single `-` inside, at most 63)",
        "4:5: a key is no text; write a word before the `:`",
      ],
    ],
    "a merge of something else": [
      ofTenant("tools: { <<: 3 }"),
      ["6:18: `<<` merges no map here; give an alias of a map, or a list of them"],
    ],
    "two merge keys": [
      ofTenant("tools:", "  search: &a {}", "agents:", "  one: { <<: *a, <<: *a }"),
      ["9:22: key `<<` is written twice; give it a list of aliases"],
    ],
    "a quoted `<<`, which merges nothing": [
      ofTenant('tools: { "<<": {} }'),
      [
        "6:14: tenants.acme.tools: `<<` is no such name; give lowercase letters, digits and single `-` inside, at most 63",
      ],
    ],
    "deep nesting": [
      `a: ${"[".repeat(5000)}${"]".repeat(5000)}\n`,
      ["1:68: nested deeper than 64 levels; write it flatter"],
    ],
    "five megabytes": [
      "#".repeat(5_000_000),
      [
        "1:1: the file has 5000000 characters; at most 1048576 are read, and 8388608 of JSON; split it into several stacks",
      ],
    ],
  };

  for (const [name, [text, mistakes]] of Object.entries(rejects)) {
    it(`is refused for ${name}`, () => {
      assert.deepEqual(mistakesIn(text), mistakes);
    });
  }

  it("is refused quickly for aliases that expand far", () => {
    const bomb = ["a0: &a0 [x]"];
    for (let level = 1; level < 30; level += 1) {
      bomb.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(", ")}]`,
      );
    }
    const [first = "", ...others] = mistakesIn(`${bomb.join("\n")}\n`);
    assert.match(first, /^\d+:\d+: aliases expand to more than 50000 values; write fewer$/);
    assert.deepEqual(others, []);
  });

  it("is read through anchors and aliases", () => {
    const text = ofTenant("tools:", "  search: &plain { session: 1h }", "  refunds: *plain");
    const read = readManifest(text, {});
    assert.ok(read.kind === "ok");
    assert.deepEqual(read.manifest.tenants["acme"]?.tools, {
      search: { session: "1h" },
      refunds: { session: "1h" },
    });
  });

  it("is read through merge keys: what a map has itself wins, then the first of a list", () => {
    const text = ofTenant(
      "maxSession: 4h",
      "tools:",
      "  one: &one { session: 1h, autonomy: supervised }",
      "  two: &two { session: 2h, risk: { sensitivity: public } }",
      "  three: { <<: [*two, *one], autonomy: autonomous }",
    );
    const read = readManifest(text, {});
    assert.ok(read.kind === "ok");
    assert.deepEqual(read.manifest.tenants["acme"]?.tools?.["three"], {
      session: "2h",
      autonomy: "autonomous",
      risk: { sensitivity: "public" },
    });
  });

  it("keeps what an alias stood for when its anchor is written again", () => {
    const text = ofTenant(
      "maxSession: 4h",
      "tools:",
      "  one: &t { session: 1h }",
      "  two: &u { <<: *t }",
      "  three: &t { session: 3h }",
      "  four: *u",
    );
    const read = readManifest(text, {});
    assert.ok(read.kind === "ok");
    assert.deepEqual(read.manifest.tenants["acme"]?.tools?.["four"], { session: "1h" });
  });

  it("reports a mistake once, at its location, however often an alias repeats it", () => {
    const text = ofTenant("tools:", "  a: &a { sesion: 1h }", "  b: *a", "  c: *a");
    assert.deepEqual(mistakesIn(text), [
      "7:15: tenants.acme.tools.a: `sesion` is not known here; give `directCallers`, `sessions`, `defaults`, `oauth2Providers`, `federation`, `subject`, `autonomy`, `risk`, `permissions`, `kubernetesPermissions`, `outbound`, `adopt` or `session`; did you mean `session`?",
    ]);
  });

  it("reports fifty mistakes of many, and counts the rest", () => {
    const tools = Array.from({ length: 80 }, (_, index) => `  t${index}: { x: 1 }`);
    const reported = mistakesIn(ofTenant("tools:", ...tools));
    assert.equal(reported.length, 51);
    assert.equal(reported.at(-1), " and 30 more");
  });

  it("reads a file of a thousand workloads", () => {
    const tools = Array.from({ length: 1000 }, (_, index) => `  tool-${index}: { session: 1h }`);
    assert.deepEqual(mistakesIn(ofTenant("tools:", ...tools)), []);
  });

  it("gives an answer to any text, and never throws", () => {
    const pieces = fc.constantFrom(
      ...[
        "tenants:",
        "\n",
        "  ",
        "\t",
        "acme:",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "<<: ",
        "? ",
      ],
      ...[
        "'",
        '"',
        "|",
        ">",
        "---\n",
        "!!x ",
        "#",
        ": ",
        "federations:",
        "0x",
        "~",
        "\0",
        "\uFEFF",
      ],
    );
    const texts = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(texts, fc.string()), (text) => {
        const read = readManifest(text, {});
        assert.ok(read.kind === "problems" && read.problems.length > 0);
        for (const { at, message } of read.problems) {
          assert.ok(at.line >= 1 && at.column >= 1);
          assert.match(message, /^[^A-Z]/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
