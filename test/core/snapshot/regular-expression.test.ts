import assert from "node:assert/strict";
import fc from "fast-check";
import { patternOf, wholePatternOf } from "../../../core/snapshot/regular-expression";

const single = fc.constantFrom(
  "a",
  "b",
  ".",
  "[ab]",
  "[^a]",
  "[a-c]",
  "\\d",
  "\\W",
  "\\.",
  "^",
  "$",
);
const times = fc.constantFrom("", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?");
const repeated = (part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(part, times).map(([text, often]) => (/^[$^]$/.test(text) ? text : text + often));
const joined = fc.array(repeated(single), { maxLength: 3 }).map((parts) => parts.join(""));
const group = fc.array(joined, { minLength: 1, maxLength: 3 }).map((ways) => `(${ways.join("|")})`);
// A group in a group would keep the expressions of JavaScript busy.
const expression = fc
  .array(fc.oneof(repeated(single), repeated(group)), { maxLength: 3 })
  .map((parts) => parts.join(""));

describe("a regular expression of Go", () => {
  it("fits the texts that one of JavaScript fits, where both mean the same", () => {
    fc.assert(
      fc.property(
        expression,
        fc.string({ unit: fc.constantFrom("a", "b", "c", "1", "."), maxLength: 6 }),
        (pattern, text) => {
          assert.equal(patternOf(pattern)?.(text), new RegExp(pattern).test(text), pattern);
          const whole = pattern === "" ? undefined : wholePatternOf(pattern)?.(text);
          if (pattern !== "") assert.equal(whole, new RegExp(`^(?:${pattern})$`).test(text));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("is not read where it means something else in another place, or nothing", () => {
    for (const pattern of [
      "(?i)a",
      "\\pL",
      "[[:alpha:]]",
      "(",
      ")",
      "(a)\\1",
      "a**",
      "[b-a]",
      "[a",
      "\\",
      "*",
      "\\ba",
      "(?P<n>a)",
      "a{3,2}",
      "a{1001}",
      "(".repeat(60),
    ]) {
      assert.equal(patternOf(pattern), undefined, pattern);
    }
  });

  it("is not read where what it repeats is too much written out", () => {
    assert.equal(patternOf("((a{100}){100}){100}"), undefined);
    assert.equal(patternOf(`(?:${"a|".repeat(400)}a){9}`), undefined);
    assert.equal(patternOf("(a|b){9}")?.("ababababa"), true);
  });

  it("reads braces, brackets and escapes as Go does", () => {
    assert.equal(patternOf("^a{,2}$")?.("a{,2}"), true);
    assert.equal(patternOf("^[]a]$")?.("]"), true);
    assert.equal(patternOf("^[a\\-z]$")?.("-"), true);
    assert.equal(patternOf("^[\\d-]+$")?.("1-2"), true);
    assert.equal(patternOf("^\\t\\.$")?.("\t."), true);
    assert.equal(patternOf("^.$")?.("\u{1f600}"), true);
  });

  it("fits no text that is longer than any name", () => {
    assert.equal(patternOf("a")?.("a".repeat(2_049)), false);
  });
});
