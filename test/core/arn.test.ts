import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  accountRoot,
  iamRole,
  iamUser,
  isAccountId,
  oidcIssuer,
  parseArn,
  partitions,
  printArn,
  printRoleArn,
  roleSession,
} from "../../core/arn";

describe("arn", () => {
  it("reads the six parts, and leaves colons in the resource", () => {
    assert.deepEqual(parseArn("arn:aws:logs:eu-west-1:111122223333:log-group:a:*"), {
      ok: true,
      arn: {
        partition: "aws",
        service: "logs",
        region: "eu-west-1",
        account: "111122223333",
        resource: "log-group:a:*",
      },
    });
  });

  const unreadable: [string, string][] = [
    ["urn:aws:iam::1:role/a", "an ARN starts with `arn:`"],
    [
      "arn:aws:iam::111122223333",
      "an ARN has six parts: `arn:partition:service:region:account:resource`",
    ],
    ["arn::iam::1:role/a", "an ARN names a partition, a service and a resource"],
    ["arn:aws:::1:role/a", "an ARN names a partition, a service and a resource"],
    ["arn:aws:iam::1:", "an ARN names a partition, a service and a resource"],
    ["a".repeat(2049), "an ARN has at most 2048 characters"],
  ];
  for (const [text, problem] of unreadable) {
    it(`reports for \`${text.slice(0, 40)}\`: ${problem}`, () => {
      assert.deepEqual(parseArn(text), { ok: false, problem });
    });
  }

  it("prints what it read", () => {
    const part = fc.stringMatching(/^[a-z0-9*-]{1,12}$/);
    const resource = fc.stringMatching(/^[a-z0-9:/*-]{0,20}[a-z]$/);
    fc.assert(
      fc.property(
        fc.constantFrom(...partitions),
        part,
        fc.oneof(fc.constant(""), part),
        fc.oneof(fc.constant(""), part),
        resource,
        (partition, service, region, account, rest) => {
          const arn = { partition, service, region, account, resource: rest };
          assert.deepEqual(parseArn(printArn(arn)), { ok: true, arn });
        },
      ),
    );
  });

  it("reads a role with its path, and prints it back", () => {
    const text = "arn:aws-cn:iam::111122223333:role/agents/acme/triage";
    const role = iamRole(text);
    assert.deepEqual(role, {
      partition: "aws-cn",
      account: "111122223333",
      path: "/agents/acme/",
      name: "triage",
    });
    assert.equal(printRoleArn(role), text);
  });

  it("takes no other resource for a role", () => {
    for (const text of [
      "arn:aws:iam::1:user/a",
      "arn:aws:iam::1:role/",
      "arn:aws:sts::1:role/a",
      "arn:aws:iam::1:role-x/a",
      "role/a",
    ]) {
      assert.equal(iamRole(text), undefined, text);
    }
  });

  it("reads a user from an ARN in parts", () => {
    assert.deepEqual(
      iamUser({ partition: "aws", service: "iam", region: "", account: "1", resource: "user/a" }),
      { partition: "aws", account: "1", path: "/", name: "a" },
    );
  });

  it("reads the role and session of an assumed role", () => {
    assert.deepEqual(roleSession("arn:aws:sts::1:assumed-role/triage/i-0"), {
      partition: "aws",
      account: "1",
      roleName: "triage",
      session: "i-0",
    });
    for (const text of [
      "arn:aws:sts::1:assumed-role/triage",
      "arn:aws:sts::1:assumed-role/path/triage/i-0",
      "arn:aws:sts::1:federated-user/triage/a",
      "arn:aws:iam::1:assumed-role/triage/i-0",
    ]) {
      assert.equal(roleSession(text), undefined, text);
    }
  });

  it("reads the issuer of an OIDC provider, and of nothing else", () => {
    assert.equal(
      oidcIssuer("arn:aws:iam::1:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A"),
      "oidc.eks.eu-west-1.amazonaws.com/id/A",
    );
    assert.equal(oidcIssuer("arn:aws:iam::1:oidc-provider/"), undefined);
    assert.equal(oidcIssuer("arn:aws:iam::1:saml-provider/x"), undefined);
  });

  it("reads the account that `root` names", () => {
    assert.equal(accountRoot("arn:aws:iam::111122223333:root"), "111122223333");
    assert.equal(accountRoot("arn:aws:iam::111122223333:role/root"), undefined);
  });

  it("recognises an account's id by its twelve digits", () => {
    assert.deepEqual(["111122223333", "11112222333", "11112222333x", "*"].map(isAccountId), [
      true,
      false,
      false,
      false,
    ]);
  });
});
