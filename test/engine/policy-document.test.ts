import assert from "node:assert/strict";
import type { ValueRecord } from "../../core/snapshot/value";
import { policyDocument } from "../../engine/providers/functions/policy-document";

describe("getPolicyDocument computed offline", () => {
  const accepts: readonly (readonly [string, ValueRecord, unknown])[] = [
    ["is an empty policy without statements", {}, { Version: "2012-10-17" }],
    [
      "writes one value as text and several in descending order",
      {
        policyId: "desk",
        statements: [
          {
            sid: "Read",
            actions: ["s3:GetObject"],
            resources: ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"],
          },
          { effect: "Deny", notActions: ["iam:*", "sts:*"], notResources: ["*"] },
        ],
      },
      {
        Version: "2012-10-17",
        Id: "desk",
        Statement: [
          {
            Sid: "Read",
            Effect: "Allow",
            Action: "s3:GetObject",
            Resource: ["arn:aws:s3:::b/*", "arn:aws:s3:::a/*"],
          },
          { Effect: "Deny", NotAction: ["sts:*", "iam:*"], NotResource: "*" },
        ],
      },
    ],
    [
      "groups principals by type, and writes the lone star as such",
      {
        statements: [
          {
            principals: [
              { type: "AWS", identifiers: ["arn:aws:iam::111122223333:root"] },
              { type: "AWS", identifiers: ["arn:aws:iam::444455556666:root"] },
              { type: "Service", identifiers: ["ec2.amazonaws.com"] },
            ],
          },
          { principals: [{ type: "*", identifiers: ["*"] }] },
          { notPrincipals: [{ type: "AWS", identifiers: ["*"] }] },
        ],
      },
      {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: {
              AWS: ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"],
              Service: "ec2.amazonaws.com",
            },
          },
          { Effect: "Allow", Principal: "*" },
          { Effect: "Allow", NotPrincipal: { AWS: "*" } },
        ],
      },
    ],
    [
      "merges conditions of one operator and key, values in order, and writes variables",
      {
        statements: [
          {
            conditions: [
              { test: "StringLike", variable: "issuer:sub", values: ["z", "a"] },
              { test: "StringLike", variable: "issuer:sub", values: ["m"] },
              { test: "StringEquals", variable: "issuer:aud", values: ["sts.amazonaws.com"] },
              { test: "StringEquals", variable: "aws:tag", values: ["&{aws:username}"] },
            ],
          },
        ],
      },
      {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Condition: {
              StringEquals: { "aws:tag": "${aws:username}", "issuer:aud": "sts.amazonaws.com" },
              StringLike: { "issuer:sub": ["z", "a", "m"] },
            },
          },
        ],
      },
    ],
    [
      "puts sources first and lets later statements of a Sid replace earlier ones",
      {
        sourcePolicyDocuments: [
          '{"Version":"2008-10-17","Id":"source","Statement":{"Sid":"A","Effect":"Allow","Action":"a:A"}}',
        ],
        statements: [{ sid: "B", actions: ["b:B"] }],
        overridePolicyDocuments: [
          '{"Statement":[{"Sid":"A","Effect":"Deny","Action":"a:A"},{"Effect":"Deny","Action":"c:C"}]}',
        ],
      },
      {
        Version: "2012-10-17",
        Id: "source",
        Statement: [
          { Sid: "A", Effect: "Deny", Action: "a:A" },
          { Sid: "B", Effect: "Allow", Action: "b:B" },
          { Effect: "Deny", Action: "c:C" },
        ],
      },
    ],
  ];
  for (const [behaviour, args, expected] of accepts) {
    it(behaviour, () => {
      const computed = policyDocument(args);
      assert.ok(computed.kind === "result", JSON.stringify(computed));
      const { json, minifiedJson } = computed.result;
      assert.equal(json, JSON.stringify(expected, null, 2));
      assert.equal(minifiedJson, JSON.stringify(expected));
    });
  }

  it("escapes inside strings as the provider's encoder does", () => {
    const computed = policyDocument({ statements: [{ actions: ["a:<&>"] }] });
    assert.ok(computed.kind === "result");
    assert.equal(
      computed.result["minifiedJson"],
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:\\u003c\\u0026\\u003e"}]}',
    );
  });

  const rejects: readonly (readonly [string, ValueRecord, string])[] = [
    [
      "refuses two statements of one Sid",
      { statements: [{ sid: "A" }, { sid: "A" }] },
      "duplicate Sid `A`",
    ],
    [
      "refuses two sources of one Sid",
      {
        sourcePolicyDocuments: ['{"Statement":[{"Sid":"A"}]}', '{"Statement":[{"Sid":"A"}]}'],
      },
      "duplicate Sid `A`",
    ],
    [
      "refuses a source that is no policy",
      { sourcePolicyDocuments: ["{"] },
      "`sourcePolicyDocuments` has a text that is not a policy",
    ],
    [
      "refuses variables where the language has none",
      { version: "2008-10-17", statements: [{ resources: ["&{aws:username}"] }] },
      "policy version `2008-10-17` has no variables, found in `&{aws:username}`",
    ],
  ];
  for (const [behaviour, args, reason] of rejects) {
    it(behaviour, () => {
      assert.deepEqual(policyDocument(args), { kind: "refused", reason });
    });
  }
});
