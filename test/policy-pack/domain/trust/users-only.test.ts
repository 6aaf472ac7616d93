import assert from "node:assert/strict";
import type { Condition, Part } from "../../../../core/policy/statement";
import { no, unknown, type Three } from "../../../../core/three-valued";
import { skipsUsersIn } from "../../../../policy-pack/domain/trust/users-only";
import { urnOf } from "../../../support/resources";

function test(operator: string, key: string, ...texts: readonly string[]): Condition {
  const values = texts.map((text): Part => ({ kind: "text", text, secret: false }));
  return { kind: "test", operator, key, values };
}

describe("whether a condition trusts only IAM users", () => {
  for (const [operator, key, ...values] of [
    ["StringEquals", "sts:RoleSessionName", "${aws:username}"],
    ["StringLike", "sts:RoleSessionName", "on-call-${aws:userName}", "${aws:username}"],
    ["StringEquals", "aws:username", "ann"],
    ["StringLike", "AWS:UserName", "*"],
    ["StringEquals", "aws:PrincipalType", "User"],
    ["ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:user/*"],
  ] as const) {
    it(`does ${operator} ${key} of ${values.join()}`, () => {
      assert.equal(skipsUsersIn(test(operator, key, ...values), true).kind, "yes");
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
      assert.equal(skipsUsersIn(test(operator, key, ...values), true).kind, "no");
    });
  }

  it("is not known of a type or an ARN that is not, but for the ARN of a role of the stack", () => {
    const of = (key: string, ...dependsOn: readonly string[]): Three =>
      skipsUsersIn(
        { kind: "test", operator: "StringEquals", key, values: [{ kind: "unknown", dependsOn }] },
        true,
      );
    const role = urnOf("aws:iam/role:Role", "caller");
    const user = urnOf("aws:iam/user:User", "ann");
    const reason = "whether a condition requires users is not known yet";
    assert.deepEqual(of("aws:PrincipalArn", user), unknown(reason, [user]));
    assert.deepEqual(of("aws:PrincipalType"), unknown(reason, []));
    assert.deepEqual(of("aws:PrincipalArn", role), no);
    assert.deepEqual(of("sts:RoleSessionName", user), no);
  });

  it("does nothing that is not known, and no variable of a version without them", () => {
    const session = test("StringEquals", "sts:RoleSessionName", "${aws:username}");
    assert.equal(skipsUsersIn(session, false).kind, "no");
    assert.equal(skipsUsersIn({ kind: "unknown", dependsOn: [] }, true).kind, "no");
  });
});
