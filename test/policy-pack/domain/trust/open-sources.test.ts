import assert from "node:assert/strict";
import type { Condition } from "../../../../core/policy/statement";
import {
  restrictedTo,
  restrictedToUnknown,
} from "../../../../policy-pack/domain/trust/open-sources";

const role = "arn:aws:iam::111122223333:role/planner";

function test(key: string, values: readonly string[], operator = "StringLike"): Condition {
  const parts = values.map((text) => ({ kind: "text", text, secret: false }) as const);
  return { kind: "test", operator, key, values: parts };
}

function everyone(...conditions: readonly Condition[]) {
  return { principal: { kind: "everyone" }, conditions, variables: true } as const;
}

describe("which owner conditions restrict everyone to", () => {
  it("roles by their ARNs, accounts by patterns of these and by their ids", () => {
    const of = (...values: readonly string[]) =>
      restrictedTo(everyone(test("aws:PrincipalArn", values))).map((each) =>
        each.kind === "role" ? each.arn : each.kind === "account" ? each.account : each.kind,
      );
    assert.deepEqual(of(role), [role]);
    assert.deepEqual(of("arn:aws:iam::444455556666:role/*"), ["444455556666"]);
    assert.deepEqual(of(role, "arn:aws:iam::*:role/x"), []);
    assert.deepEqual(of("no arn"), []);
    assert.deepEqual(restrictedTo(everyone(test("aws:PrincipalAccount", ["111122223333"]))), [
      { kind: "account", account: "111122223333" },
    ]);
    assert.deepEqual(restrictedTo(everyone(test("aws:PrincipalAccount", ["1111*"]))), []);
    assert.deepEqual(restrictedTo(everyone()), []);
  });

  it("no owner by what is true of everyone", () => {
    const but = test("aws:PrincipalAccount", ["111122223333"], "StringNotEquals");
    assert.deepEqual(restrictedTo(everyone(but)), []);
  });

  it("of another principal the principal itself", () => {
    const account = { kind: "account", account: "444455556666" } as const;
    const conditions = [test("aws:PrincipalArn", [role])];
    const way = { principal: account, conditions, variables: true };
    assert.deepEqual(restrictedTo(way), [account]);
  });

  it("an unknown account, where one value names it", () => {
    const unknown = (
      key: string,
      operator: string,
      ...dependsOn: readonly string[]
    ): Condition => ({
      kind: "test",
      operator,
      key,
      values: [{ kind: "unknown", dependsOn }],
    });
    const account = unknown("aws:PrincipalAccount", "StringEquals", "urn:a");
    assert.deepEqual(restrictedToUnknown(everyone(account)), ["urn:a"]);
    assert.equal(
      restrictedToUnknown(everyone(test("aws:PrincipalArn", [role]), account)),
      undefined,
    );
    assert.equal(
      restrictedToUnknown(everyone(unknown("aws:PrincipalAccount", "StringLike"))),
      undefined,
    );
    assert.deepEqual(
      restrictedToUnknown(everyone(unknown("aws:PrincipalArn", "StringEquals"))),
      [],
    );
    const made = unknown("aws:PrincipalArn", "StringEquals", "urn:role");
    assert.equal(restrictedToUnknown(everyone(made)), undefined);
    assert.equal(restrictedToUnknown(everyone()), undefined);
    const principal = { kind: "account", account: "444455556666" } as const;
    assert.equal(
      restrictedToUnknown({ principal, conditions: [account], variables: true }),
      undefined,
    );
  });
});
