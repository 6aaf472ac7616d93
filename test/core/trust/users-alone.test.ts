import assert from "node:assert/strict";
import type { Condition, Part } from "../../../core/policy/statement";
import { letsUsersAloneIn } from "../../../core/trust/users-alone";

function test(operator: string, key: string, ...texts: readonly string[]): Condition {
  const values = texts.map((text): Part => ({ kind: "text", text, secret: false }));
  return { kind: "test", operator, key, values };
}

describe("whether a condition lets IAM users alone in", () => {
  for (const [operator, key, ...values] of [
    ["StringEquals", "sts:RoleSessionName", "${aws:username}"],
    ["StringLike", "sts:RoleSessionName", "on-call-${aws:userName}", "${aws:username}"],
    ["StringEquals", "aws:username", "ann"],
    ["StringLike", "AWS:UserName", "*"],
    ["StringEquals", "aws:PrincipalType", "User"],
    ["ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:user/*"],
  ] as const) {
    it(`does ${operator} ${key} of ${values.join()}`, () => {
      assert.equal(letsUsersAloneIn(test(operator, key, ...values), true), true);
    });
  }
  for (const [operator, key, ...values] of [
    ["StringEquals", "sts:RoleSessionName", "${aws:username}", "run"],
    ["StringEquals", "sts:RoleSessionName", "${aws:username, 'run'}"],
    ["StringEqualsIfExists", "sts:RoleSessionName", "${aws:username}"],
    ["StringNotEquals", "aws:username", "ann"],
    ["Null", "aws:username", "false"],
    ["Strings", "aws:username", "ann"],
    ["StringEquals", "aws:username"],
    ["StringEquals", "aws:PrincipalType", "User", "AssumedRole"],
    ["StringNotEquals", "aws:PrincipalType", "User"],
    ["StringLike", "aws:PrincipalArn", "arn:aws:iam::*"],
    ["ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/user/*"],
    ["StringEquals", "constructor", "User"],
    ["StringEqualsIfExists", "aws:PrincipalArn", "arn:aws:iam::111122223333:user/ann"],
  ] as const) {
    it(`does not ${operator} ${key} of ${values.join()}`, () => {
      assert.equal(letsUsersAloneIn(test(operator, key, ...values), true), false);
    });
  }

  it("does nothing that is not known, and no variable of a version without them", () => {
    const session = test("StringEquals", "sts:RoleSessionName", "${aws:username}");
    assert.equal(letsUsersAloneIn(session, false), false);
    assert.equal(letsUsersAloneIn({ kind: "unknown", waitsFor: [] }, true), false);
  });
});
