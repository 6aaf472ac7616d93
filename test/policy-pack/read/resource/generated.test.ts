import assert from "node:assert/strict";
import { Secret } from "../../../../core/snapshot/value";
import {
  generatedValues,
  generatorsAmong,
  isStaticKey,
  storesAmong,
} from "../../../../policy-pack/read/resource/generated";
import { resource, urnOf } from "../../../support/resources";

const made = urnOf("random:index/randomPassword:RandomPassword", "db");
const suffix = urnOf("random:index/randomId:RandomId", "suffix");
const key = urnOf("aws:iam/accessKey:AccessKey", "crm");
const service = urnOf("aws:iam/serviceSpecificCredential:ServiceSpecificCredential", "crm");
const version = urnOf("aws:secretsmanager/secretVersion:SecretVersion", "crm");
const parameter = urnOf("aws:ssm/parameter:Parameter", "crm");
const other = urnOf("aws:s3/bucket:Bucket", "files");
const all = [made, suffix, key, service, version, parameter, other, made];

describe("what a credential may come from", () => {
  it("is what makes secrets, and what makes names as well; not what keeps them", () => {
    assert.deepEqual(generatorsAmong(all), [
      { urn: made, secret: true },
      { urn: suffix, secret: false },
      { urn: key, secret: true },
      { urn: service, secret: true },
    ]);
  });

  it("is the resource that stores a credential of another source", () => {
    assert.deepEqual(storesAmong([...all, version]), [version, parameter]);
  });

  it("is a static key where it is one of an IAM user", () => {
    assert.deepEqual(all.filter(isStaticKey), [key, service]);
  });

  it("has the value in outputs of its own, and nothing in those of a store", () => {
    const outputs = { result: new Secret("correct-horse"), value: new Secret("correct-horse") };
    const of = (type: string) => generatedValues(resource(type, "x", {}, { outputs }));
    assert.deepEqual(of("random:index/randomPassword:RandomPassword"), ["correct-horse"]);
    assert.deepEqual(of("aws:ssm/parameter:Parameter"), []);
    assert.deepEqual(of("toString"), []);
  });
});
