import assert from "node:assert/strict";
import { settledCondition, settledDocument } from "../../../../core/policy/condition/settled";
import { parsePolicyDocument } from "../../../../core/policy/document";
import type { Condition } from "../../../../core/policy/statement";
import { Unknown, type Value } from "../../../../core/snapshot/value";

/** A condition of a statement. */
function conditionOf(operator: string, key: string, value: Value): Condition {
  const parsed = parsePolicyDocument({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "*", Resource: "*", Condition: { [operator]: { [key]: value } } },
    ],
  });
  assert.ok(parsed.kind === "document");
  const [statement] = parsed.document.statements;
  assert.ok(statement?.kind === "statement");
  const [condition] = statement.conditions;
  assert.ok(condition !== undefined);
  return condition;
}

type Row = readonly [operator: string, key: string, value: Value];

const arn = "aws:PrincipalArn";
const time = "aws:CurrentTime";
const open = new Unknown([]);

const always: readonly Row[] = [
  ["StringLike", arn, "*"],
  ["StringLike", arn, ["x", open, "*"]],
  ["StringLike", arn, "arn:*"],
  ["StringLike", "AWS:principalarn", "?*"],
  ["ArnEquals", arn, "arn:*:*:*:*:*"],
  ["ArnLike", arn, "arn:aws*:*::????????????:*"],
  ["ArnLike", arn, "**"],
  ["ArnNotEquals", arn, "arn:aws:s3:::desk"],
  ["StringNotLike", "aws:PrincipalAccount", "1111222233334*"],
  ["Null", arn, ["false", "true"]],
  ["Bool", "aws:SecureTransport", ["TRUE", "false"]],
  ["StringLikeIfExists", "aws:PrincipalTag/team", "*"],
  ["IpAddressIfExists", "aws:SourceIp", ["0.0.0.0/0", "::/0"]],
  ["ForAllValues:StringLike", "aws:TagKeys", "*"],
  ["StringNotEquals", "aws:userid", ""],
  ["DateGreaterThan", time, "2020-01-01T00:00:00Z"],
  ["DateLessThanEquals", "aws:EpochTime", "4102444800"],
  ["NumericNotEquals", "aws:EpochTime", "0"],
  ["NumericNotEquals", "s3:max-keys", "many"],
];

const never: readonly Row[] = [
  ["StringLikes", arn, "*"],
  ["StringNotLike", arn, "*"],
  ["Null", arn, "true"],
  ["StringEquals", "aws:PrincipalAccount", "111"],
  ["StringEquals", arn, "desk"],
  ["ArnLike", arn, "desk"],
  ["NumericLessThan", "s3:max-keys", "many"],
  ["DateEquals", time, "2020-01-01"],
  ["DateLessThan", "aws:TokenIssueTime", "soon"],
  ["DateGreaterThan", time, "2999-01-01"],
];

const either: readonly Row[] = [
  ["StringLike", "aws:PrincipalTag/team", "*"],
  ["StringLike", "aws:PrincipalOrgID", "o-*"],
  ["StringLike", arn, "arn:aws:iam::*"],
  ["StringLike", arn, ["x", open]],
  ["StringLike", arn, "${aws:PrincipalTag/arn}"],
  ["StringLike", arn, "arn:aws:iam::111122223333:role/?*"],
  ["ArnLike", arn, "arn:aws:iam::?*:role/*"],
  ["Null", arn, open],
  ["Null", "aws:SourceIp", "false"],
  ["Null", "aws:PrincipalOrgID", "true"],
  ["Bool", "aws:SecureTransport", "true"],
  ["IpAddress", "aws:SourceIp", ["0.0.0.0/0", "::/0"]],
  ["IpAddressIfExists", "aws:SourceIp", "0.0.0.0/0"],
  ["NotIpAddress", "aws:SourceIp", ["0.0.0.0/0", "::/0"]],
  ["StringEqualsIgnoreCase", "aws:PrincipalAccount", "111122223333"],
  ["DateGreaterThan", time, "2026-06-01"],
  ["DateLessThan", time, "2026-06-01"],
  ["DateLessThan", "aws:TokenIssueTime", "2020-01-01"],
  ["NumericLessThan", "aws:CurrentTime", "10"],
  ["NumericLessThanEquals", "s3:max-keys", "999999999"],
  ["BinaryEquals", "aws:userid", "eA=="],
];

describe("settled conditions", () => {
  const verdicts = [
    [true, always],
    [false, never],
    [undefined, either],
  ] as const;
  for (const [verdict, rows] of verdicts) {
    for (const [operator, key, value] of rows) {
      it(`${String(verdict)} of a principal: ${operator} ${key} ${JSON.stringify(value)}`, () => {
        assert.equal(settledCondition(conditionOf(operator, key, value), "principal"), verdict);
      });
    }
  }

  it("depend on the keys of the sender", () => {
    const ofArn = conditionOf("StringLike", arn, "*");
    assert.equal(settledCondition(ofArn, "any"), undefined);
    assert.equal(settledCondition(conditionOf("Null", time, "false"), "any"), true);
    assert.equal(settledCondition({ kind: "unknown", dependsOn: [] }, "any"), undefined);
  });

  it("leave the place of each statement, and what is unknown", () => {
    const parsed = parsePolicyDocument({
      Version: "2012-10-17",
      Statement: [
        open,
        { Effect: "Deny", Action: "*", Resource: "*", Condition: { Null: { [arn]: "true" } } },
        { Effect: "Deny", Action: "*", Resource: "*", Condition: { Null: { [arn]: "false" } } },
      ],
    });
    assert.ok(parsed.kind === "document");
    const { statements } = settledDocument(parsed.document);
    assert.deepEqual(
      statements.map((each) => [each.kind, each.index]),
      [
        ["unknown", 0],
        ["statement", 2],
      ],
    );
    const [, settled] = statements;
    assert.ok(settled?.kind === "statement");
    assert.deepEqual(settled.conditions, []);
  });
});
