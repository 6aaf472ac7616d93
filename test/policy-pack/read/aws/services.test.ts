import assert from "node:assert/strict";
import { valuePlace } from "../../../../policy-pack/domain/secrets/place";
import { Secret, Unknown, type ValueRecord } from "../../../../core/snapshot/value";
import { serviceReader } from "../../../../policy-pack/read/aws/compute/services";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { contextOf, stated } from "./reading";

const functionType = "aws:lambda/function:Function";
const passwordType = "random:index/randomPassword:RandomPassword";
const stringType = "random:index/randomString:RandomString";
const secretType = "aws:secretsmanager/secret:Secret";
const fn = urnOf(functionType, "triage");
const named = (name: string) => ({ kind: "named", name });
const workload = (rest: object = {}) => ({
  kind: "workload",
  workload: fn,
  is: "undeclared",
  what: "Lambda function",
  label: "triage",
  declarationOnly: false,
  property: "",
  ...rest,
});

/** The facts on a function's environment, without the function itself. */
function environment(
  variables: ValueRecord | Secret | Unknown,
  context = contextOf(),
  dependsOn: readonly string[] = [],
): readonly unknown[] {
  const triage = resource(
    functionType,
    "triage",
    { environment: { variables } },
    {
      propertyDependencies: { environment: dependsOn },
    },
  );
  return stated([serviceReader], triage, context).slice(1);
}

const literal = (name: string, rest: object) => ({
  kind: "literal",
  holder: fn,
  credential: `value of ${name}`,
  ...(name !== "" && { under: name }),
  severity: "critical",
  place: "exposed",
  marked: false,
  property: `environment.variables.${name}`,
  ...rest,
});
const holds = (secret: object, property: string, rest: object = {}) => ({
  kind: "uses",
  workload: fn,
  secret,
  through: "function environment",
  ...(property !== "environment.variables" && { under: property.split(".").at(-1) }),
  property,
  ...rest,
});

describe("the reader of services", () => {
  it("reads a function: names, what its tags declare, tenant and role", () => {
    const role = urnOf("aws:iam/role:Role", "triage");
    const triage = resource(functionType, "triage", {
      name: "triage-1",
      role: outputOf(role),
      tags: {
        "agentid.dev/tenant": "acme",
        "agentid.dev/workload": "desk",
        "agentid.dev/kind": "agent",
      },
    });
    assert.deepEqual(stated([serviceReader], triage), [
      { kind: "alias", thing: fn, also: "function|default|triage-1", property: "name" },
      {
        kind: "alias",
        thing: fn,
        also: "workload|default|aws|acme|desk",
        property: "tags.agentid.dev/workload",
      },
      workload({ is: "agent", label: "acme/desk" }),
      {
        kind: "belongs-to",
        thing: fn,
        tenant: { kind: "known", text: "acme" },
        by: "own",
        property: "tags.agentid.dev/tenant",
      },
      {
        kind: "runs-as",
        workload: fn,
        identity: named(role),
        how: "execution role",
        isDefault: false,
        property: "role",
      },
    ]);
  });

  it("returns the dependencies of an unknown role when it may be either of two", () => {
    const roles = [urnOf("aws:iam/role:Role", "a"), urnOf("aws:iam/role:Role", "b")];
    const triage = resource(functionType, "triage", { role: outputOf(...roles) });
    assert.deepEqual(stated([serviceReader], triage).slice(1), [
      {
        kind: "runs-as",
        workload: fn,
        identity: { kind: "unknown", dependsOn: roles },
        how: "execution role",
        isDefault: false,
        property: "role",
      },
    ]);
  });

  it("finds literals by their name and by their form, and nothing in plain settings", () => {
    const context = contextOf();
    assert.deepEqual(
      environment(
        { DB_PASSWORD: "S3cure-enough", BOT: "xoxb-1-2-3", STAGE: "production" },
        context,
      ),
      [
        literal("DB_PASSWORD", { value: context.literalName("S3cure-enough") }),
        literal("BOT", { credential: "Slack token", value: context.literalName("xoxb-1-2-3") }),
      ],
    );
  });

  it("counts what the program marks as secret, but not a marked ARN", () => {
    const context = contextOf();
    const variables = {
      CRM: new Secret("anything at all"),
      ROLE: new Secret("arn:aws:iam::111122223333:role/x"),
      EMPTY: new Secret(""),
    };
    assert.deepEqual(environment(variables, context), [
      literal("CRM", { value: context.literalName("anything at all"), marked: true }),
    ]);
  });

  it("returns as unknown which value of a map is secret when all of it is marked", () => {
    const property = "environment.variables";
    assert.deepEqual(environment(new Secret({ STAGE: "production", CRM: "anything" })), [
      literal("", {
        credential: "a secret value",
        value: valuePlace(fn, property),
        marked: true,
        dependsOn: [],
        property,
      }),
    ]);
    const context = contextOf();
    assert.deepEqual(environment(new Secret({ A: "production", BOT: "xoxb-1" }), context), [
      literal("BOT", {
        credential: "Slack token",
        value: context.literalName("xoxb-1"),
        marked: true,
      }),
    ]);
  });

  it("reads the ARN of a secret or parameter as a secret that is used", () => {
    const variables = {
      A: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme/crm-key-AbC123",
      B: "arn:aws:ssm:eu-west-1:111122223333:parameter/acme/crm",
      C: "arn:aws:s3:::bucket",
    };
    assert.deepEqual(environment(variables), [
      holds(named("secret|111122223333@eu-west-1|acme/crm-key"), "environment.variables.A"),
      holds(named("parameter|111122223333@eu-west-1|acme/crm"), "environment.variables.B"),
    ]);
    const output = {
      A: outputOf(urnOf(secretType, "crm")),
      T: outputOf(urnOf("aws:dynamodb/table:Table", "t")),
    };
    assert.deepEqual(environment(output), [
      holds(named(urnOf(secretType, "crm")), "environment.variables.A"),
    ]);
  });

  it("states a generated value that is unknown in a preview as derived", () => {
    const password = urnOf(passwordType, "db");
    const own = valuePlace(fn, "environment.variables.DB");
    const variables = { DB: new Unknown([password], true), STAGE: "production" };
    assert.deepEqual(environment(variables), [
      {
        kind: "contains",
        container: own,
        content: named(password),
        derived: true,
        property: "environment.variables.DB",
      },
      holds(named(own), "environment.variables.DB"),
      literal("DB", { value: own, marked: true, dependsOn: [password] }),
    ]);
  });

  it("takes a value that names are made of for a credential only under such a name", () => {
    const suffix = urnOf(stringType, "suffix");
    assert.deepEqual(environment({ BUCKET: outputOf(suffix) }), []);
    const own = valuePlace(fn, "environment.variables.API_KEY");
    assert.deepEqual(environment({ API_KEY: outputOf(suffix) }), [
      {
        kind: "contains",
        container: own,
        content: named(suffix),
        derived: true,
        property: "environment.variables.API_KEY",
      },
      holds(named(own), "environment.variables.API_KEY"),
      literal("API_KEY", { value: own, dependsOn: [suffix] }),
    ]);
  });

  it("identifies a generated value again in an update, whatever its name", () => {
    const made = resource(
      passwordType,
      "db",
      {},
      { outputs: { result: new Secret("correct-horse") } },
    );
    const context = contextOf([made]);
    const variables = { ANY: "correct-horse", STAGE: "production" };
    assert.deepEqual(environment(variables, context, [made.urn]), [
      literal("ANY", { value: context.literalName("correct-horse") }),
    ]);
    assert.deepEqual(environment(variables, context), []);
  });

  it("returns the dependencies of a wholly unknown environment", () => {
    const password = urnOf(passwordType, "db");
    const property = "environment.variables";
    const own = valuePlace(fn, property);
    const content = named(password);
    const crm = urnOf(secretType, "crm");
    assert.deepEqual(environment(new Unknown([]), contextOf(), [password, crm]), [
      { kind: "contains", container: own, content, derived: true, property },
      { kind: "contains", container: own, content: named(crm), derived: true, property },
      holds(named(own), property),
      literal("", {
        credential: "a credential",
        value: own,
        dependsOn: [password, crm],
        property,
      }),
      holds({ kind: "unknown", dependsOn: [password, crm] }, property, { whole: true }),
    ]);
    assert.deepEqual(environment(new Unknown([])), [
      holds({ kind: "unknown", dependsOn: [] }, property, { whole: true }),
    ]);
  });

  it("reads an App Runner service's secrets and variables", () => {
    const service = resource("aws:apprunner/service:Service", "web", {
      serviceName: "web",
      instanceConfiguration: { instanceRoleArn: "arn:aws:iam::111122223333:role/x/web" },
      sourceConfiguration: {
        imageRepository: {
          imageConfiguration: {
            runtimeEnvironmentSecrets: { CRM: "/acme/crm" },
            runtimeEnvironmentVariables: { STAGE: "production" },
          },
        },
      },
    });
    const at = "sourceConfiguration.imageRepository.imageConfiguration";
    assert.deepEqual(stated([serviceReader], service), [
      workload({ workload: service.urn, what: "App Runner service", label: "web" }),
      {
        kind: "runs-as",
        workload: service.urn,
        identity: named("iam-role|111122223333|web"),
        how: "instance role",
        isDefault: false,
        property: "instanceConfiguration.instanceRoleArn",
      },
      {
        kind: "uses",
        workload: service.urn,
        secret: named("parameter|default|acme/crm"),
        through: "env",
        under: "CRM",
        property: `${at}.runtimeEnvironmentSecrets.CRM`,
      },
    ]);
  });
});
