import * as assert from "node:assert/strict";
import { overreachesOf, type Overreach } from "../../../core/authority/overreach";
import { parsePolicyDocument } from "../../../core/policy/document";
import { Unknown, type Value } from "../../../core/snapshot/value";

function overreaches(
  ...statements: readonly (readonly [Value, Value, Value?])[]
): readonly Overreach[] {
  const parsed = parsePolicyDocument({
    Version: "2012-10-17",
    Statement: statements.map(([Action, Resource, Condition = {}]) => ({
      Effect: "Allow",
      Action,
      Resource,
      Condition,
    })),
  });
  assert.ok(parsed.kind === "document");
  return overreachesOf(parsed.document);
}

const code = (statement = 0): Overreach => ({
  kind: "escalation",
  by: "change the code of a Lambda function",
  actions: [{ action: "lambda:UpdateFunctionCode", statement }],
});

describe("a policy beyond what a workload may have", () => {
  it("is one thathas all of a service", () => {
    assert.deepEqual(overreaches(["s3:ListBucket", "*"], [["sqs:*", "sqs:Get*"], "*"]), [
      {
        kind: "breadth",
        by: "do all that a service offers",
        actions: [{ action: "sqs:*", statement: 1 }],
      },
    ]);
  });

  it("is one that reads the data of every resource of a kind", () => {
    const data = (what: string, ...actions: readonly string[]): Overreach => ({
      kind: "data",
      by: `access every ${what} of the account`,
      actions: actions.map((action) => ({ action, statement: 0 })),
    });
    assert.deepEqual(overreaches([["s3:GetObject", "kms:Decrypt"], "*"]), [
      data("key", "kms:Decrypt"),
      data("bucket", "s3:GetObject"),
    ]);
    assert.deepEqual(overreaches(["dynamodb:*Item", "arn:aws:dynamodb:*:*:table/*"]), [
      data(
        "table",
        ...["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"].map(
          (name) => `dynamodb:${name}`,
        ),
      ),
    ]);
    const byTag = { StringEquals: { "aws:ResourceTag/agentid.dev/tenant": "acme" } };
    assert.deepEqual(overreaches(["dynamodb:GetItem", "*", byTag]), []);
    assert.deepEqual(overreaches(["dynamodb:GetItem", new Unknown()]), []);
  });

  it("is one by which another workload is taken over, by whichever statement gives it", () => {
    const named = "arn:aws:lambda:eu-central-1:111122223333:function:refunds";
    assert.deepEqual(overreaches(["s3:ListBucket", "*"], ["lambda:Update*", named]), [code(1)]);
  });

  it("is one of which two statements together take over another workload", () => {
    assert.deepEqual(
      overreaches(["states:StartExecution", "*"], ["iam:PassRole", "*"], ["states:Create*", "*"]),
      [
        {
          kind: "escalation",
          by: "run a state machine with a role",
          actions: [
            { action: "iam:PassRole", statement: 1 },
            { action: "states:CreateStateMachine", statement: 2 },
            { action: "states:StartExecution", statement: 0 },
          ],
        },
      ],
    );
  });

  it("is one whose resource or condition is not known and may be such", () => {
    assert.deepEqual(overreaches(["lambda:UpdateFunctionCode", new Unknown()]), [code()]);
    assert.deepEqual(
      overreaches([
        "lambda:UpdateFunctionCode",
        "*",
        { StringEquals: { "aws:SourceVpce": new Unknown() } },
      ]),
      [code()],
    );
  });

  it("is not one that reads what it names, of which a half is missing, or that is about something else", () => {
    assert.deepEqual(overreaches(["s3:GetObject", "arn:aws:s3:::tickets/*"]), []);
    assert.deepEqual(overreaches(["states:StartExecution", "*"]), []);
    assert.deepEqual(overreaches(["lambda:UpdateFunctionCode", "arn:aws:s3:::tickets/*"]), []);
  });
});
