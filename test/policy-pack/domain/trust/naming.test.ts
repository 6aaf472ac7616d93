import assert from "node:assert/strict";
import type { Condition } from "../../../../core/policy/statement";
import { isNamingKey, namingOf } from "../../../../policy-pack/domain/trust/naming";

function test(operator: string, key: string, ...values: string[]): Condition {
  return {
    kind: "test",
    operator,
    key,
    values: values.map((text) => ({ kind: "text", text, secret: false })),
  };
}

describe("naming the caller", () => {
  const cases: [string, string, string, boolean][] = [
    ["StringEquals", "aws:PrincipalAccount", "111122223333", true],
    ["StringLike", "aws:PrincipalAccount", "1111*", false],
    ["ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-1/ou-1/*", true],
    ["ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-*/r-1/*", false],
    ["ArnLike", "aws:SourceArn", "arn:aws:s3:::desk-bucket", true],
    ["ArnLike", "aws:SourceArn", "arn:aws:s3:::*", false],
    ["ArnLike", "aws:SourceArn", "*", false],
    ["StringLike", "aws:userid", "AROAEXAMPLEID:*", true],
    ["StringLike", "aws:userid", "*:i-0", false],
    ["StringEquals", "aws:username", "ann", false],
    ["StringEquals", "aws:SourceVpce", "vpce-1", true],
    ["IpAddress", "aws:SourceIp", "203.0.113.0/24", false],
    ["StringLike", "token.actions.githubusercontent.com:sub", "repo:acme/*", true],
    ["StringLike", "token.actions.githubusercontent.com:sub", "repo:*", false],
    ["StringEquals", "token.actions.githubusercontent.com:sub", "repo:*", true],
    ["StringEquals", "token.actions.githubusercontent.com:actor", "octocat", false],
    ["Null", "aws:PrincipalOrgID", "false", false],
  ];
  for (const [operator, key, value, named] of cases) {
    it(`${operator} \`${value}\` of ${key} ${named ? "does" : "does not"}`, () => {
      const found = namingOf([test(operator, key, value)]).kind;
      assert.equal(found, named ? "named" : "unnamed");
    });
  }

  it("counts one value of a list that names no owner for all of it", () => {
    const condition = test("StringLike", "aws:PrincipalOrgID", "o-a1b2c3d4e5", "*");
    assert.deepEqual(namingOf([condition]), { kind: "unnamed", operators: [] });
  });

  it("counts a contradiction as naming: it trusts no principal", () => {
    const conditions = [
      test("StringEquals", "aws:PrincipalOrgID", "o-a"),
      test("StringLike", "aws:PrincipalOrgID", "o-b"),
    ];
    assert.deepEqual(namingOf(conditions), { kind: "named" });
  });

  it("keeps the dependencies of a condition", () => {
    assert.deepEqual(namingOf([{ kind: "unknown", dependsOn: ["urn:a"] }]), {
      kind: "unknown",
      dependsOn: ["urn:a"],
    });
  });

  it("distinguishes keys of the caller from keys of the call", () => {
    const keys = ["aws:PrincipalOrgID", "oidc.example:sub", "aws:SourceIp", "sts:ExternalId"];
    assert.deepEqual(keys.map(isNamingKey), [true, true, false, false]);
  });
});
