import assert from "node:assert/strict";
import { meet } from "../../../../../policy-pack/domain/iam/authority/meet";

describe("what two patterns both match", () => {
  it("is the narrower where one takes in the other", () => {
    assert.equal(meet("s3:*", "s3:Get*"), "s3:Get*");
    assert.equal(meet("arn:aws:s3:::*", "arn:aws:s3:::desk/*"), "arn:aws:s3:::desk/*");
  });

  it("is found part by part of two ARNs", () => {
    assert.equal(
      meet("arn:*:s3:::desk/*", "arn:aws:s3:*:*:*/inbox"),
      "arn:aws:s3:::desk/*".replace("desk/*", "*/inbox"),
    );
  });

  it("is nothing for ARNs of two services, though a wildcard would span the colons", () => {
    assert.equal(meet("arn:*:kms:*:*:key/*", "arn:aws:s3:::desk/*"), undefined);
  });

  it("is nothing for texts that differ", () => {
    assert.equal(meet("s3:Get*", "s3:Put*"), undefined);
  });
});
