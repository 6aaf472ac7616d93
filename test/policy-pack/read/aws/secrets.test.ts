import assert from "node:assert/strict";
import { exemptContent } from "../../../../policy-pack/domain/secrets/apart";
import { Secret, Unknown, type ValueRecord } from "../../../../core/snapshot/value";
import { secretReader } from "../../../../policy-pack/read/aws/secrets/secrets";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { contextOf, stated } from "./reading";

const secretType = "aws:secretsmanager/secret:Secret";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const parameterType = "aws:ssm/parameter:Parameter";
const password = urnOf("random:index/randomPassword:RandomPassword", "db");
const named = (name: string) => ({ kind: "named", name });

function parameter(inputs: ValueRecord, context = contextOf()): readonly unknown[] {
  return stated([secretReader], resource(parameterType, "crm", inputs), context);
}

const crm = urnOf(parameterType, "crm");

describe("the reader of secrets", () => {
  it("names a secret by its name and, once it is made, by its ARN", () => {
    const secret = resource(
      secretType,
      "crm",
      { name: "acme/crm" },
      { outputs: { arn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme/crm-AbC123" } },
    );
    assert.deepEqual(stated([secretReader], secret), [
      { kind: "alias", thing: secret.urn, also: "secret|default|acme/crm", property: "name" },
      {
        kind: "alias",
        thing: secret.urn,
        also: "secret|111122223333@eu-west-1|acme/crm",
        property: "name",
      },
    ]);
  });

  it("takes a version for its secret, with the generated value it is made of", () => {
    const version = resource(versionType, "crm", {
      secretId: outputOf(urnOf(secretType, "crm")),
      secretString: new Unknown([password], true),
    });
    assert.deepEqual(stated([secretReader], version), [
      { kind: "alias", thing: version.urn, also: urnOf(secretType, "crm"), property: "secretId" },
      {
        kind: "contains",
        container: version.urn,
        content: named(password),
        derived: true,
        property: "secretString",
      },
    ]);
  });

  it("reads a known version by its keys, and leaves out what is no credential", () => {
    const context = contextOf();
    const contains = (text: string, rest: object = {}) => ({
      kind: "contains",
      container: urnOf(versionType, "crm"),
      content: named(context.literalName(text)),
      derived: false,
      property: "secretString",
      ...rest,
    });
    const of = (text: string) =>
      stated(
        [secretReader],
        resource(versionType, "crm", { secretString: new Secret(text) }),
        context,
      );
    assert.deepEqual(of('{"username":"service","password":"S3cure-enough","port":5432}'), [
      contains("S3cure-enough", { key: "password" }),
    ]);
    assert.deepEqual(of("S3cure-enough"), [contains("S3cure-enough")]);
    assert.deepEqual(of("changeme"), []);
    assert.deepEqual(of("{"), []);
  });

  it("finds a credential in a plain parameter, by the last part of its name", () => {
    const context = contextOf();
    const facts = (value: string) =>
      parameter({ name: "/acme/crm/api-key", type: "String", value: new Secret(value) }, context);
    const plain = [
      { kind: "alias", thing: crm, also: "parameter|default|acme/crm/api-key", property: "name" },
      {
        kind: "contains",
        container: crm,
        content: named(exemptContent("no static secret")),
        derived: false,
        property: "type",
      },
    ];
    assert.deepEqual(facts("k-0123456789"), [
      ...plain,
      {
        kind: "literal",
        holder: crm,
        credential: "value of api-key",
        under: "api-key",
        severity: "critical",
        value: context.literalName("k-0123456789"),
        place: "exposed",
        marked: false,
        property: "value",
      },
    ]);
    assert.deepEqual(facts("changeme"), plain);
  });

  it("finds no literal in a SecureString unless the program has it in plain text, and returns its source", () => {
    const context = contextOf();
    const secure = { name: "api-key", type: "SecureString" };
    const alias = {
      kind: "alias",
      thing: crm,
      also: "parameter|default|api-key",
      property: "name",
    };
    const contains = (name: string, derived: boolean) => ({
      kind: "contains",
      container: crm,
      content: named(name),
      derived,
      property: "value",
    });
    assert.deepEqual(parameter({ ...secure, value: new Secret("k-0123456789") }, context), [
      alias,
      contains(context.literalName("k-0123456789"), false),
    ]);
    for (const value of ["k-0123456789", new Secret("k-0123456789", true)]) {
      assert.deepEqual(parameter({ ...secure, value }, context), [
        alias,
        contains(context.literalName("k-0123456789"), false),
        {
          kind: "literal",
          holder: crm,
          credential: "value of api-key",
          under: "api-key",
          severity: "critical",
          value: context.literalName("k-0123456789"),
          place: "in its place",
          marked: false,
          property: "value",
        },
      ]);
    }
    assert.deepEqual(parameter({ ...secure, value: outputOf(password) }, context), [
      alias,
      contains(password, true),
    ]);
  });
});
