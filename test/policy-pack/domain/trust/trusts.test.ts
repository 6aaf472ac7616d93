import assert from "node:assert/strict";
import * as fc from "fast-check";
import { contextOf } from "../../../../core/policy/condition/context";
import { parsePolicyDocument } from "../../../../core/policy/document";
import type { PolicyDocument } from "../../../../core/policy/statement";
import { Unknown, type Value } from "../../../../core/snapshot/value";
import { no, unknown, yes, type Three } from "../../../../core/three-valued";
import { trusts } from "../../../../policy-pack/domain/trust/trusts";
import { severityOfSubject } from "../../../../policy-pack/domain/trust/grading";
import { issuerOf } from "../../../../core/trust/issuers";
import { admissions } from "../../../../policy-pack/domain/trust/admission";
import {
  noLookups,
  principalOf,
  type Principal,
} from "../../../../policy-pack/domain/trust/principal";

const roleArn = "arn:aws:iam::111122223333:role/triage";

function documentOf(...statements: Value[]): PolicyDocument {
  const parsed = parsePolicyDocument({ Version: "2012-10-17", Statement: statements });
  assert.equal(parsed.kind, "document");
  return parsed.document;
}

function principal(type: "AWS" | "Service" | "Federated", text: string): Principal {
  return principalOf({ type, value: { kind: "text", text, secret: false } }, noLookups);
}

function requested(document: PolicyDocument, who: Principal, ownPolicyAllows?: Three): Three {
  return trusts(document, {
    principal: who,
    action: "sts:AssumeRole",
    context: contextOf({}),
    ...(ownPolicyAllows && { ownPolicyAllows }),
  });
}

function allow(principalOfStatement: Value, condition: Value = {}): Value {
  return {
    Effect: "Allow",
    Principal: principalOfStatement,
    Action: "sts:AssumeRole",
    Condition: condition,
  };
}

describe("trusts", () => {
  const role = principal("AWS", roleArn);

  it("leaves it to the caller's own policies where the trust names its account", () => {
    const document = documentOf(allow({ AWS: "111122223333" }));
    assert.deepEqual(requested(document, role), unknown("the caller's own policies decide it"));
    assert.deepEqual(requested(document, role, yes), yes);
    assert.deepEqual(requested(document, role, no), no);
    assert.deepEqual(requested(document, principal("AWS", "111122223333")), yes);
  });

  it("applies a Deny of the account to its roles without reading their policies", () => {
    const document = documentOf(allow({ AWS: roleArn }), {
      ...(allow({ AWS: "111122223333" }) as object),
      Effect: "Deny",
    });
    assert.deepEqual(requested(document, role), no);
  });

  it("derives a caller's ARN and account from its kind", () => {
    const byAccount = documentOf(
      allow("*", { StringEquals: { "aws:PrincipalAccount": "111122223333" } }),
    );
    for (const arn of [
      roleArn,
      "arn:aws:iam::111122223333:user/ada",
      "arn:aws:sts::111122223333:assumed-role/triage/i-0",
      "111122223333",
    ]) {
      assert.deepEqual(requested(byAccount, principal("AWS", arn)), yes, arn);
    }
    assert.deepEqual(requested(byAccount, principal("Service", "ec2.amazonaws.com")), no);
    assert.deepEqual(requested(byAccount, principal("AWS", "AROAEXAMPLEID")), no);
    const byArn = documentOf(allow("*", { ArnEquals: { "aws:PrincipalArn": roleArn } }));
    assert.deepEqual(requested(byArn, role), yes);
    assert.deepEqual(requested(byArn, principal("AWS", "111122223333")), no);
  });

  it("accepts more keys in the request than the caller's name has", () => {
    const document = documentOf(allow("*", { ArnEquals: { "aws:PrincipalArn": roleArn } }));
    const request = {
      principal: principal("AWS", "arn:aws:sts::111122223333:assumed-role/triage/i-0"),
      action: "sts:AssumeRole",
      context: contextOf({ "aws:PrincipalArn": roleArn }),
    };
    assert.deepEqual(trusts(document, request), yes);
    assert.deepEqual(
      requested(document, request.principal),
      unknown("a session ARN does not contain the path of its role"),
    );
  });

  it("is unknown by a principal, a provider or an effect that is", () => {
    const dependencies = new Unknown(["urn:a"]);
    const reason = unknown("a principal of the trust policy is not known yet");
    assert.deepEqual(requested(documentOf(allow({ AWS: dependencies })), role), reason);
    assert.deepEqual(requested(documentOf(allow({ Federated: dependencies })), role), reason);
    assert.deepEqual(
      requested(documentOf({ ...(allow({ AWS: roleArn }) as object), Effect: dependencies }), role),
      unknown("an effect is not known yet"),
    );
  });

  it("refuses a statement without a principal", () => {
    assert.deepEqual(requested(documentOf({ Effect: "Allow", Action: "sts:*" }), role), no);
  });

  it("agrees with the grade: one graded one workload trusts no other subject", () => {
    const host = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";
    const arn = `arn:aws:iam::111122223333:oidc-provider/${host}`;
    const namePart = fc.constantFrom("a", "b", "*", "a*", "?");
    const pattern = fc
      .tuple(namePart, namePart)
      .map(([space, name]) => `system:serviceaccount:${space}:${name}`);
    const operator = fc.constantFrom("StringEquals", "StringLike", "ForAnyValue:StringLike");
    const test = fc.tuple(operator, fc.array(pattern, { minLength: 1, maxLength: 2 }));
    const spaces = ["a", "b", "ab"];
    const subjects = spaces.flatMap((space) =>
      spaces.map((name) => `system:serviceaccount:${space}:${name}`),
    );
    fc.assert(
      fc.property(fc.array(test, { minLength: 1, maxLength: 2 }), (tests) => {
        const condition = Object.fromEntries(
          tests.map(([name, values]) => [name, { [`${host}:sub`]: values }]),
        );
        const document = documentOf({
          Effect: "Allow",
          Principal: { Federated: arn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: condition,
        });
        const admitted = subjects.filter(
          (subject) =>
            trusts(document, {
              principal: principal("Federated", arn),
              action: "sts:AssumeRoleWithWebIdentity",
              context: contextOf({ [`${host}:sub`]: subject }),
            }).kind === "yes",
        );
        for (const { conditions } of admissions(document, noLookups)) {
          const grading = severityOfSubject(issuerOf(host), conditions);
          assert.equal(grading.kind, "graded");
          const namespaces = new Set(admitted.map((subject) => subject.split(":")[2]));
          // A list of exact subjects is one workload each, so what is graded so has no wildcard that was used.
          if (grading.atMost === "none") assert.deepEqual(admitted, []);
          if (grading.atMost === "project" && tests.length === 1 && tests[0]![1].length === 1) {
            assert.ok(namespaces.size <= 1);
          }
          if (grading.atMost === "workload") {
            // Each combination of the lists is one workload's, such as of two namespaces and of two names.
            const ways = tests.reduce((product, [, values]) => product * values.length, 1);
            assert.ok(admitted.length <= ways);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
