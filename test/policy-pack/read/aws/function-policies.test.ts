import assert from "node:assert/strict";
import type { Value } from "../../../../core/snapshot/value";
import { functionPolicyReader } from "../../../../policy-pack/read/aws/endpoints/function-policies";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { stated } from "./reading";

const type = "aws:lambda/resourcePolicy:ResourcePolicy";
const refunds = urnOf("aws:lambda/function:Function", "refunds");
const triage = "arn:aws:iam::111122223333:role/triage";
const topic = "arn:aws:sns:eu-west-1:111122223333:orders";
const later = urnOf("aws:iam/role:Role", "later");

/** The callers that a policy of the function allows, without the fact on the policy. */
function callers(policy: Value, resourceArn: Value = outputOf(refunds)): readonly unknown[] {
  const facts = stated([functionPolicyReader], resource(type, "open", { resourceArn, policy }));
  return facts.filter((fact) => (fact as { kind: string }).kind !== "guards");
}

function statement(principal: Value, more: Record<string, Value> = {}): Value {
  return {
    Effect: "Allow",
    Principal: principal,
    Action: "lambda:InvokeFunction",
    Resource: "*",
    ...more,
  };
}

function policyOf(...statements: readonly Value[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

const permits = (principal: object, more: object = {}) => ({
  kind: "permits",
  callee: { kind: "named", name: refunds },
  principal,
  ...more,
  property: "policy",
});
const known = (text: string) => ({ kind: "known", text });
const ofOrganisation = { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } };

describe("the reader of policies of functions", () => {
  it("returns each principal that a statement allows to call the function", () => {
    assert.deepEqual(callers(policyOf(statement({ AWS: [triage, "444455556666"] }))), [
      permits(known(triage)),
      permits(known("444455556666")),
    ]);
    assert.deepEqual(callers(policyOf(statement("*"))), [permits(known("*"))]);
  });

  it("returns the remaining principals where all but some are allowed", () => {
    const all = {
      Effect: "Allow",
      NotPrincipal: { AWS: triage },
      Action: "lambda:*",
      Resource: "*",
    };
    assert.deepEqual(callers(policyOf(all)), [permits(known("*"))]);
  });

  it("returns no principal that is denied, or allowed something else", () => {
    assert.deepEqual(callers(policyOf(statement("*", { Effect: "Deny" }))), []);
    assert.deepEqual(callers(policyOf(statement("*", { Action: "lambda:GetFunction" }))), []);
  });

  it("distinguishes callers of an organisation and narrowed ones from all", () => {
    const organisation = known("o-a1b2c3d4e5");
    const ofAccount = { StringEquals: { "aws:SourceAccount": "111122223333" } };
    assert.deepEqual(
      callers(
        policyOf(
          statement("*", { Condition: ofOrganisation }),
          statement("*", { Condition: ofAccount }),
          statement("*", { Condition: { StringNotEquals: { "aws:SourceAccount": "1" } } }),
          statement("*", {
            Condition: { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
          }),
        ),
      ),
      [
        permits(known("*"), { organisation }),
        permits(known("*"), { isNarrowed: true }),
        permits(known("*")),
        permits(known("*")),
      ],
    );
  });

  it("takes a service for what it calls the function for", () => {
    const condition = { ArnLike: { "AWS:SourceArn": topic } };
    assert.deepEqual(
      callers(policyOf(statement({ Service: "sns.amazonaws.com" }, { Condition: condition }))),
      [
        {
          kind: "triggers",
          source: { kind: "named", name: "aws|default|topic|orders" },
          target: { kind: "named", name: refunds },
          isAllowed: true,
          property: "policy",
        },
      ],
    );
    assert.deepEqual(callers(policyOf(statement({ Service: "events.amazonaws.com" }))), []);
  });

  it("returns unknown principals where a part is unknown", () => {
    const unknown = permits({ kind: "unknown", dependsOn: [later] });
    const whole = { Version: "2012-10-17", Statement: [statement({ AWS: outputOf(later) })] };
    assert.deepEqual(callers(outputOf(later)), [unknown]);
    assert.deepEqual(callers(whole), [unknown]);
    assert.deepEqual(
      callers({ ...whole, Statement: [statement("*", { Condition: outputOf(later) })] }),
      [unknown],
    );
    assert.deepEqual(
      callers({ ...whole, Statement: [statement("*", { Effect: outputOf(later) })] }),
      [unknown],
    );
    assert.deepEqual(callers({ ...whole, Statement: [outputOf(later)] }), [unknown]);
  });

  it("returns nothing for what is no policy, or of no function", () => {
    assert.deepEqual(callers("{}", "arn:aws:sqs:eu-west-1:111122223333:jobs"), []);
    assert.deepEqual(
      callers("{").map((fact) => (fact as { kind: string }).kind),
      ["unreadable"],
    );
  });
});
