import assert from "node:assert/strict";
import { unprotected } from "../../../core/access/unprotected";

describe("what a Deny by tag does not protect", () => {
  const tickets = "arn:aws:s3:::*-tickets/*";

  it("is what starts with a wildcard in a service that authorises it by no tag", () => {
    assert.deepEqual(unprotected(["s3:GetObject"], [tickets]), [
      { action: "s3:GetObject", resource: tickets, what: "bucket" },
    ]);
    assert.deepEqual(unprotected(["route53:Change*"], ["arn:aws:route53:::hostedzone/*"]), [
      {
        action: "route53:Change*",
        resource: "arn:aws:route53:::hostedzone/*",
        what: "hosted zone",
      },
    ]);
  });

  it("is nothing whose name starts with the tenant's prefix, or that AWS authorises by tag", () => {
    assert.deepEqual(unprotected(["s3:GetObject"], ["arn:aws:s3:::acme-*/*"]), []);
    assert.deepEqual(unprotected(["sns:Publish"], ["*"]), []);
    assert.deepEqual(
      unprotected(["dynamodb:GetItem"], ["arn:aws:dynamodb:*:*:table/*-orders"]),
      [],
    );
  });

  it("is nothing that an action is not about", () => {
    assert.deepEqual(unprotected(["s3:ListAllMyBuckets", "ecr:GetAuthorizationToken"], ["*"]), []);
    assert.deepEqual(unprotected(["bedrock:InvokeModel"], ["*"]), []);
  });
});
