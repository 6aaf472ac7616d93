import assert from "node:assert/strict";
import { functionType } from "../../../core/aws/lambda";
import { roleType } from "../../../core/aws/iam";
import {
  awsTypes,
  classicType,
  isNativeType,
  nativeTypes,
  typesWith,
} from "../../../core/aws/types";

describe("the rows of AWS types", () => {
  it("has tokens of the AWS provider, and something to say of each", () => {
    for (const [type, row] of awsTypes) {
      assert.match(type, /^aws:[a-z0-9]+\/([a-zA-Z0-9]+):[A-Z][A-Za-z0-9]+$/);
      const [, name = "", token = ""] = /\/(\w+):(\w+)$/.exec(type) ?? [];
      assert.equal(token.toLowerCase(), name.toLowerCase(), type);
      assert.notDeepEqual(row, {}, type);
    }
  });

  it("has ARNs in the order of an ARN, with one name each", () => {
    const form =
      /^arn:aws:[a-z0-9-]+:([{]region[}])?:([{]account[}])?:[^{}]*([{]path[}]|[{]\w+[}][^{}]*[/])?[{]\w+[^{}]*[}][^{}]*$/;
    for (const { arn, otherArns = [] } of awsTypes.values()) {
      for (const each of arn === undefined ? otherArns : [arn, ...otherArns]) {
        assert.match(each.arn, form);
      }
    }
  });

  it("attaches resource policies only to types that policies name", () => {
    for (const [type, { types }] of typesWith("policyOf")) {
      for (const each of types) assert.ok(awsTypes.get(each)?.arn, `${type} of ${each}`);
    }
  });

  it("finds rows by a field", () => {
    assert.equal(typesWith("workload").get(functionType)?.what, "Lambda function");
    assert.equal(typesWith("workload").has(roleType), false);
  });
});

describe("types of AWS Cloud Control", () => {
  it("has one row for each", () => {
    assert.equal(new Set(nativeTypes).size, typesWith("native").size);
    for (const type of nativeTypes) assert.match(type, /^aws-native:[a-z0-9]+:[A-Z][A-Za-z0-9]+$/);
  });

  it("are those of the AWS provider to readers", () => {
    assert.equal(classicType("aws-native:iam:Role"), roleType);
    assert.equal(isNativeType("aws-native:iam:Role"), true);
  });

  it("leaves other types as they are", () => {
    for (const type of [roleType, "aws-native:iam:Group", "constructor", ""]) {
      assert.equal(classicType(type), type);
      assert.equal(isNativeType(type), false);
    }
  });
});
