import assert from "node:assert/strict";
import { testText } from "../../../../policy-pack/views/delta/test-text";

describe("a test of a condition in words", () => {
  const rows: readonly (readonly [string, readonly string[], string])[] = [
    ["StringEquals", ["a"], "`k` is `a`"],
    ["stringequals", ["a"], "`k` is `a`"],
    ["StringEquals", ["a", "b"], "`k` is one of `a`, `b`"],
    ["StringNotEquals", ["a"], "`k` is not `a`"],
    ["StringNotEquals", ["a", "b"], "`k` is none of `a`, `b`"],
    ["StringEqualsIgnoreCase", ["a"], "`k` is, in any case, `a`"],
    ["StringNotEqualsIgnoreCase", ["a", "b"], "`k` is, in any case, none of `a`, `b`"],
    ["StringLike", ["a*"], "`k` is like `a*`"],
    ["ArnNotLike", ["a*", "b*"], "`k` is like none of `a*`, `b*`"],
    ["StringEqualsIfExists", ["a"], "`k` is absent or is `a`"],
    ["StringNotLikeIfExists", ["a*"], "`k` is absent or is not like `a*`"],
    ["ForAnyValue:StringEquals", ["a"], "a value of `k` is `a`"],
    ["ForAllValues:StringLike", ["a*", "b*"], "each value of `k` is like one of `a*`, `b*`"],
    ["NumericLessThanEquals", ["3600"], "`k` is at most `3600`"],
    ["NumericGreaterThan", ["1"], "`k` is more than `1`"],
    ["DateLessThan", ["2026-12-31"], "`k` is before `2026-12-31`"],
    ["DateGreaterThanEquals", ["2026-12-31"], "`k` is not before `2026-12-31`"],
    ["Bool", ["true"], "`k` is `true`"],
    ["IpAddress", ["10.0.0.0/8"], "`k` is in `10.0.0.0/8`"],
    ["NotIpAddress", ["10.0.0.0/8"], "`k` is not in `10.0.0.0/8`"],
    ["Null", ["true"], "`k` is absent"],
    ["Null", ["false"], "`k` is present"],
    ["Null", ["true", "false"], "`k` is absent or present, by `true`, `false`"],
    ["one-of", ["eu"], "`k` is `eu`"],
    ["one-of", ["eu", "us"], "`k` is one of `eu`, `us`"],
    ["at-most", ["100"], "`k` is at most `100`"],
    ["between", ["0", "100"], "`k` is between `0` and `100`"],
    ["is", ["true"], "`k` is `true`"],
    ["sum", ["100"], "`k` adds up in a task to at most `100`"],
    ["unknown", ["x"], "a condition that is not known yet"],
    ["NoSuchOperator", ["a", "b"], "`NoSuchOperator k a b`"],
  ];
  for (const [operator, values, text] of rows) {
    it(`${operator} of ${values.length}: ${text}`, () => {
      assert.equal(testText({ operator, key: "k", values }), text);
    });
  }

  it("is without marks of code where a table has them", () => {
    const test = { operator: "at-most", key: "amount", values: ["100"] };
    assert.equal(
      testText(test, (text) => text),
      "amount is at most 100",
    );
  });
});
