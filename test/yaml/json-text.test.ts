import assert from "node:assert/strict";
import * as fc from "fast-check";
import { readJson } from "../../yaml/json-text";
import { Mistakes } from "../../yaml/problems";
import type { Written } from "../../yaml/tree";
import { readYaml } from "../../yaml/written";

const advice = { ifEmpty: "fill it", ifLong: "shorten it" };

function read(text: string): { readonly written: Written | undefined; readonly reported: unknown } {
  const mistakes = new Mistakes({ repeats: true });
  return { written: readYaml(text, mistakes, advice), reported: mistakes.problems };
}

/** The same as YAML: a comment keeps it from being read as JSON. */
function readSlowly(text: string): ReturnType<typeof read> {
  return read(`${text}\n# a comment`);
}

describe("a file of JSON", () => {
  it("is read as YAML reads it, with its places", () => {
    const keys = fc.string({ maxLength: 3 });
    const object = fc.dictionary(keys, fc.jsonValue({ maxDepth: 4 }), { noNullPrototype: true });
    fc.assert(
      fc.property(object, fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        assert.deepEqual(places(read(text).written), places(readSlowly(text).written));
      }),
      { numRuns: 300 },
    );
  });

  it("is reported where a key is in a map twice, as in YAML", () => {
    const text = '{\n  "a": 1, "b": { "\\u0061": 2 },\n  "\\u0061": 3 }';
    const { reported } = read(text);
    assert.deepEqual(reported, readSlowly(text).reported);
    assert.deepEqual(reported, [
      { at: { line: 3, column: 3 }, path: "", message: "key `a` is written twice; keep one" },
    ]);
  });

  it("is left to YAML where it is no JSON, no object or nested too deep", () => {
    for (const text of ["{ a: 1 }", '{ "a": 1, }', "[1]", '"a"', "null", "", '{"a": [[1]]}']) {
      assert.equal(readJson(text, new Mistakes(), 2), undefined, text);
    }
    assert.notEqual(readJson('{"a": [1]}', new Mistakes(), 3), undefined);
    const deep = `{"a": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    assert.match(JSON.stringify(read(deep).reported), /nested deeper than 64 levels/);
  });

  it("is read up to 8 MiB, in which 10,000 grants have room, and other YAML up to 1 MiB", () => {
    const long = (length: number): string => `{"a": "${"x".repeat(length - 9)}"}`;
    assert.notEqual(read(long(8_388_608)).written, undefined);
    assert.notEqual(read(`{"a": "${'\\"\\\\'.repeat(1_000_000)}"}`).written, undefined);
    const wanted = (length: number): string =>
      `the file has ${length} characters; at most 1048576 are read, and 8388608 of JSON; shorten it`;
    for (const text of [long(8_388_609), `${long(1_048_575)}\n#`]) {
      assert.deepEqual(read(text), {
        written: undefined,
        reported: [{ at: { line: 1, column: 1 }, path: "", message: wanted(text.length) }],
      });
    }
  });
});

/** What is written, with its places, but for how it was spelled. */
function places(written: Written | undefined): unknown {
  if (written === undefined) return undefined;
  switch (written.kind) {
    case "map":
      return [written.at, written.entries.map(({ key, at, value }) => [key, at, places(value)])];
    case "list":
      return [written.at, written.items.map(places)];
    case "scalar":
      return [written.at, written.value];
  }
}
