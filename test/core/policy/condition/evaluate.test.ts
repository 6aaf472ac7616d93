import assert from "node:assert/strict";
import type { Context } from "../../../../core/policy/condition/context";
import { contextOf } from "../../../../core/policy/condition/context";
import { evaluateConditions } from "../../../../core/policy/condition/evaluate";
import type { Condition, Part } from "../../../../core/policy/statement";
import { no, unknown, type Three } from "../../../../core/three-valued";

function text(value: string): Part {
  return { kind: "text", text: value, secret: false };
}

const unknownPart: Part = { kind: "unknown", dependsOn: [] };

function test(operator: string, ...values: (string | Part)[]): Condition {
  const parts = values.map((value) => (typeof value === "string" ? text(value) : value));
  return { kind: "test", operator, key: "Some:Key", values: parts };
}

/** The result of one condition for a request in which the key has these values; absent where there is none. */
function result(condition: Condition, given: readonly string[] | undefined): Three {
  const context = contextOf(given === undefined ? {} : { "some:key": given });
  return evaluateConditions([condition], context).result;
}

const unset = unknown("a value of the condition is not known yet", []);

describe("conditions", () => {
  describe("operators", () => {
    const cases: [operator: string, values: string[], given: string, holds: boolean][] = [
      ["StringEquals", ["a"], "a", true],
      ["StringEquals", ["a"], "A", false],
      ["StringEquals", ["a", "b"], "b", true],
      ["StringEquals", ["a*"], "ab", false],
      ["StringEquals", ["a*"], "a*", true],
      ["stringequals", ["a"], "a", true],
      ["StringNotEquals", ["a", "b"], "b", false],
      ["StringNotEquals", ["a", "b"], "c", true],
      ["StringEqualsIgnoreCase", ["Abc"], "aBC", true],
      ["StringEqualsIgnoreCase", ["Abc"], "ab", false],
      ["StringNotEqualsIgnoreCase", ["Abc"], "aBC", false],
      ["StringLike", ["a*c?"], "abbcd", true],
      ["StringLike", ["a*c?"], "abbc", false],
      ["StringNotLike", ["a*"], "abc", false],
      ["ArnLike", ["arn:aws:iam::111122223333:role/*"], "arn:aws:iam::111122223333:role/a/b", true],
      ["ArnLike", ["arn:aws:iam::*:role/a"], "arn:aws:iam::444455556666:role/a", true],
      ["ArnEquals", ["arn:aws:iam::*:role/a"], "arn:aws:iam::444455556666:role/a", true],
      ["ArnLike", ["arn:aws:s:*:1:f/*"], "arn:aws:s:eu:9:x:1:f/d", false],
      ["StringLike", ["arn:aws:s:*:1:f/*"], "arn:aws:s:eu:9:x:1:f/d", true],
      ["ArnLike", ["arn:aws:s:eu:1:a:*:b"], "arn:aws:s:eu:1:a:x:y:b", true],
      ["ArnLike", ["arn:aws:s:eu:1:?"], "arn:aws:s:eu:1:a", true],
      ["ArnLike", ["*"], "arn:aws:iam::1:role/a", true],
      ["ArnLike", ["arn:aws:iam::1:role/a"], "role/a", false],
      ["ArnLike", ["role/*"], "arn:aws:iam::1:role/a", false],
      ["ArnLike", ["urn:*:*:*:*:*"], "urn:a:b:c:d:e", false],
      ["ArnNotLike", ["arn:aws:iam::1:role/*"], "arn:aws:iam::1:role/a", false],
      ["ArnNotEquals", ["arn:aws:iam::1:role/a"], "arn:aws:iam::1:role/b", true],
      ["NumericEquals", ["3600"], "3600.0", true],
      ["NumericNotEquals", ["3600"], "3600", false],
      ["NumericLessThan", ["10"], "9", true],
      ["NumericLessThan", ["10"], "10", false],
      ["NumericLessThanEquals", ["10"], "10", true],
      ["NumericGreaterThan", ["10"], "10.5", true],
      ["NumericGreaterThan", ["10"], "9", false],
      ["NumericGreaterThanEquals", ["10"], "10", true],
      ["NumericEquals", ["many"], "many", false],
      ["NumericEquals", ["0"], "", false],
      ["DateEquals", ["2026-01-01T00:00:00Z"], "1767225600", true],
      ["DateNotEquals", ["2026-01-01"], "2026-01-01T00:00:00Z", false],
      ["DateLessThan", ["2026-01-01T00:00:00Z"], "2025-12-31T23:59:59Z", true],
      ["DateLessThan", ["2026-01-01T00:00:00Z"], "2026-01-01T00:00:00Z", false],
      ["DateLessThanEquals", ["2026-01-01T00:00:00Z"], "2026-01-01T00:00:00Z", true],
      ["DateGreaterThan", ["2026-01-01T00:00:00Z"], "2026-01-01T00:00:01Z", true],
      ["DateGreaterThanEquals", ["2026-01-01T00:00:00Z"], "2025-01-01T00:00:01Z", false],
      ["DateLessThan", ["2026-01-01T00:00:00Z"], "yesterday", false],
      ["Bool", ["true"], "true", true],
      ["Bool", ["True"], "TRUE", true],
      ["Bool", ["false"], "true", false],
      ["Bool", ["1"], "1", false],
      ["BinaryEquals", ["QQ=="], "QQ", true],
      ["BinaryEquals", ["QQ=="], "Qg==", false],
      ["IpAddress", ["203.0.113.0/24"], "203.0.113.77", true],
      ["NotIpAddress", ["203.0.113.0/24"], "203.0.113.77", false],
      ["NotIpAddress", ["203.0.113.0/24"], "198.51.100.1", true],
      ["Null", ["true"], "x", false],
      ["Null", ["false"], "x", true],
      ["StringEqualsIfExists", ["a"], "b", false],
      ["StringEqualsIfExists", ["a"], "a", true],
      ["StringIs", ["a"], "a", false],
      ["ForAnyValue:Null", ["false"], "a", false],
    ];
    for (const [operator, values, given, holds] of cases) {
      it(`${operator} \`${values.join("`, `")}\` ${holds ? "takes" : "refuses"} \`${given}\``, () => {
        assert.equal(result(test(operator, ...values), [given]).kind, holds ? "yes" : "no");
      });
    }
  });

  describe("for a key that is absent", () => {
    const cases: [string, string, Three["kind"]][] = [
      ["StringEquals", "a", "no"],
      ["StringNotEquals", "a", "yes"],
      ["StringEqualsIfExists", "a", "yes"],
      ["StringNotEqualsIfExists", "a", "yes"],
      ["NotIpAddress", "203.0.113.0/24", "yes"],
      ["Bool", "true", "no"],
      ["BoolIfExists", "true", "yes"],
      ["Null", "true", "yes"],
      ["Null", "false", "no"],
      ["ForAllValues:StringEquals", "a", "yes"],
      ["ForAnyValue:StringEquals", "a", "no"],
      ["ForAnyValue:StringNotEquals", "a", "no"],
      ["ForAllValues:StringNotEquals", "a", "yes"],
      ["ForAnyValue:StringEqualsIfExists", "a", "unknown"],
    ];
    for (const [operator, value, expected] of cases) {
      it(`${operator} gives ${expected}`, () => {
        assert.equal(result(test(operator, value), undefined).kind, expected);
      });
    }
  });

  describe("for a key with several values", () => {
    const cases: [string, string[], string[], Three["kind"]][] = [
      ["ForAllValues:StringEquals", ["a", "b"], ["a", "b"], "yes"],
      ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], "no"],
      ["ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], "yes"],
      ["ForAnyValue:StringEquals", ["a", "b"], ["c", "d"], "no"],
      ["ForAllValues:StringNotEquals", ["a"], ["b", "c"], "yes"],
      ["ForAllValues:StringNotEquals", ["a"], ["a", "c"], "no"],
      ["ForAnyValue:StringNotEquals", ["a"], ["a", "c"], "yes"],
      ["ForAnyValue:StringNotEquals", ["a"], ["a"], "no"],
      ["ForAllValues:StringEquals", ["a"], [], "yes"],
      ["ForAnyValue:StringEquals", ["a"], [], "no"],
      ["StringEquals", ["a"], ["a", "a"], "yes"],
      ["StringEquals", ["a"], ["b", "c"], "no"],
      ["StringEquals", ["a"], ["a", "b"], "unknown"],
      ["StringEquals", ["a"], [], "no"],
      ["StringNotEquals", ["a"], [], "yes"],
    ];
    for (const [operator, values, given, expected] of cases) {
      it(`${operator} \`${values.join()}\` returns ${expected} for \`${given.join()}\``, () => {
        assert.equal(result(test(operator, ...values), given).kind, expected);
      });
    }
  });

  describe("that are not known", () => {
    it("are unknown as a whole, with reason and dependencies", () => {
      const dependsOn = ["urn:a"];
      const plain: Condition = { kind: "unknown", dependsOn };
      const explained: Condition = { ...plain, reason: "the account is not known" };
      for (const [condition, reason] of [
        [plain, "a part of the condition is not known yet"],
        [explained, "the account is not known"],
      ] as const) {
        const result = unknown(reason, dependsOn);
        assert.deepEqual(evaluateConditions([condition], contextOf({})), {
          result,
          tests: [{ condition, result, because: reason }],
        });
      }
    });

    it("are unknown by a key that is not known, in itself, as a variable and with `Null`", () => {
      const dependsOn = ["urn:a"];
      const reason = "the tag is not known";
      for (const kind of ["some", "unknown"] as const) {
        const context: Context = (key) =>
          key === "k" ? { kind, reason, dependsOn } : { kind: "present", values: ["a"] };
        const on = (operator: string, key: string): Condition => ({
          kind: "test",
          operator,
          key,
          values: [text(operator === "Null" ? "true" : "${k}")],
        });
        const of = (condition: Condition): Three => evaluateConditions([condition], context).result;
        assert.deepEqual(of(on("StringEquals", "k")), unknown(reason, dependsOn));
        assert.deepEqual(of(on("StringEquals", "other")), unknown(reason, dependsOn));
        assert.deepEqual(of(on("Null", "k")), kind === "some" ? no : unknown(reason, dependsOn));
      }
    });

    it("are unknown by an unknown value, unless a known one takes the key's", () => {
      assert.deepEqual(result(test("StringEquals", unknownPart), ["a"]), unset);
      assert.equal(result(test("StringEquals", unknownPart, "a"), ["a"]).kind, "yes");
      assert.equal(result(test("StringNotEquals", unknownPart, "a"), ["a"]).kind, "no");
      assert.deepEqual(result(test("StringNotEquals", unknownPart), ["a"]), unset);
      assert.deepEqual(result(test("Null", unknownPart), ["a"]), unset);
    });

    it("are no by an absent key, whatever the value", () => {
      assert.equal(result(test("StringEquals", unknownPart), undefined).kind, "no");
    });

    it("are unknown by a key of which nothing is known, with the request's reason", () => {
      const context: Context = () => ({ kind: "unknown", reason: "the caller chooses it" });
      for (const operator of ["StringEquals", "StringEqualsIfExists", "Null"]) {
        assert.deepEqual(
          evaluateConditions([test(operator, "true")], context).result,
          unknown("the caller chooses it"),
        );
      }
    });

    it("are settled for Null by a key that is there, whichever value it has", () => {
      const context: Context = () => ({ kind: "some", reason: "the token's" });
      assert.equal(evaluateConditions([test("Null", "false")], context).result.kind, "yes");
      assert.deepEqual(
        evaluateConditions([test("StringEquals", "a")], context).result,
        unknown("the token's"),
      );
    });
  });

  describe("together", () => {
    const good = test("StringEquals", "a");
    const bad = test("StringEquals", "b");

    it("are met when there are none", () => {
      assert.equal(evaluateConditions([], contextOf({})).result.kind, "yes");
    });

    it("must all be met, and one that is not decides over one that is unknown", () => {
      const context = contextOf({ "some:key": "a" });
      assert.equal(evaluateConditions([good, good], context).result.kind, "yes");
      assert.equal(evaluateConditions([good, bad], context).result.kind, "no");
      const open: Condition = { kind: "unknown", dependsOn: [] };
      assert.equal(evaluateConditions([open, bad], context).result.kind, "no");
      assert.equal(evaluateConditions([open, good], context).result.kind, "unknown");
    });

    it("each have a reason, and show no value", () => {
      const conditions = [
        good,
        bad,
        test("StringLike", unknownPart),
        test("StringIs", "a"),
        test("Null", "true"),
      ];
      const { tests } = evaluateConditions(conditions, contextOf({ "SOME:key": "a" }));
      assert.deepEqual(
        tests.map((each) => each.because),
        [
          "the key's value fits",
          "the key's value does not fit",
          "a value of the condition is not known yet",
          "AWS has no such operator",
          "the key is present",
        ],
      );
      const absent = evaluateConditions(
        [good, test("StringNotEquals", "a"), test("Null", "true")],
        contextOf({}),
      );
      assert.deepEqual(
        absent.tests.map((each) => each.because),
        [
          "the key is absent, which it does not allow",
          "the key is absent, which is enough for it",
          "the key is absent",
        ],
      );
    });
  });

  describe("with variables", () => {
    function filled(operator: string, value: string, given: string, variables = true): string {
      const context = contextOf({
        "some:key": given,
        "aws:PrincipalTag/team": "desk*",
        "aws:TagKeys": ["a", "b"],
      });
      return evaluateConditions([test(operator, value)], context, variables).result.kind;
    }
    const cases: [string, string, string, string][] = [
      ["StringEquals", "team/${aws:PrincipalTag/team}", "team/desk*", "yes"],
      ["StringEquals", "${AWS:principaltag/TEAM}", "desk*", "yes"],
      ["StringLike", "${aws:PrincipalTag/team}/x?", "desk*/xy", "yes"],
      ["StringLike", "${aws:PrincipalTag/team}", "desktop", "no"],
      ["StringEquals", "${aws:PrincipalTag/role, 'none'}", "none", "yes"],
      ["StringEquals", "${aws:PrincipalTag/role, none}", "none", "no"],
      ["StringEquals", "${aws:PrincipalTag/role, ''}x", "x", "yes"],
      ["StringLike", "a${*}b", "a*b", "yes"],
      ["StringLike", "a${*}b", "axb", "no"],
      ["StringLike", "${?}${$}", "?$", "yes"],
      ["StringEquals", "${aws:PrincipalTag/role}", "x", "no"],
      ["StringNotEquals", "${aws:PrincipalTag/role}", "x", "no"],
      ["StringEquals", "${aws:TagKeys}", "a", "no"],
      ["StringEquals", "${aws:open", "${aws:open", "yes"],
      ["NumericEquals", "${aws:PrincipalTag/team}", "desk*", "no"],
      ["ArnLike", "arn:aws:s3:::${aws:PrincipalTag/team}", "arn:aws:s3:::desk*", "yes"],
    ];
    for (const [operator, value, given, expected] of cases) {
      it(`${operator} \`${value}\` returns ${expected} for \`${given}\``, () => {
        assert.equal(filled(operator, value, given), expected);
      });
    }

    it("are read literally in a document of an old version", () => {
      const value = "${aws:PrincipalTag/team}";
      assert.equal(filled("StringEquals", value, value, false), "yes");
      assert.equal(filled("StringEquals", value, "desk*", false), "no");
    });

    it("is unknown where the variable's value is", () => {
      const context: Context = (key) =>
        key === "some:key"
          ? { kind: "present", values: ["x"] }
          : { kind: "unknown", reason: "the caller chooses its tags" };
      assert.deepEqual(
        evaluateConditions([test("StringEquals", "${aws:PrincipalTag/team}")], context).result,
        unknown("the caller chooses its tags"),
      );
    });
  });
});
