import assert from "node:assert/strict";
import fc from "fast-check";
import { replaceBetween } from "../../core/replace-between";

const text = fc.string({ unit: fc.constantFrom("$", "{", "}", "a", "*"), maxLength: 12 });

describe("what is between two marks", () => {
  it("is replaced as an expression would, marks and all", () => {
    fc.assert(
      fc.property(text, (given) => {
        assert.equal(replaceBetween(given, ["${", "}"], "*"), given.replace(/\$\{[^}]*\}/g, "*"));
      }),
    );
  });

  it("stays where it is never closed", () => {
    assert.equal(replaceBetween("a{{b}} {{c", ["{{", "}}"], "x"), "ax {{c");
    const long = "${".repeat(200_000);
    assert.equal(replaceBetween(long, ["${", "}"], "*"), long);
  });
});
