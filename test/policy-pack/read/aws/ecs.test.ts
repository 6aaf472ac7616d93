import assert from "node:assert/strict";
import { valuePlace } from "../../../../policy-pack/domain/secrets/place";
import { LeftOut, Secret, Unknown, type Value } from "../../../../core/snapshot/value";
import { taskDefinitionReader } from "../../../../policy-pack/read/aws/compute/ecs";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { contextOf, stated } from "./reading";

const type = "aws:ecs/taskDefinition:TaskDefinition";
const secretType = "aws:secretsmanager/secret:Secret";
const task = urnOf(type, "desk");
const named = (name: string) => ({ kind: "named", name });

/** The facts on the containers of a task, without the task itself. */
function containers(
  definitions: Value,
  context = contextOf(),
  dependsOn: readonly string[] = [],
): readonly unknown[] {
  const desk = resource(
    type,
    "desk",
    { containerDefinitions: definitions },
    {
      propertyDependencies: { containerDefinitions: dependsOn },
    },
  );
  return stated([taskDefinitionReader], desk, context).slice(1);
}

const holds = (secret: object, property: string, rest: object = {}) => ({
  kind: "uses",
  workload: task,
  secret,
  through: "task secret",
  ...(/\.secrets\.(\w+)$/.test(property) && { under: property.split(".").at(-1) }),
  property,
  ...rest,
});
const literal = (property: string, rest: object) => ({
  kind: "literal",
  holder: task,
  severity: "critical",
  place: "exposed",
  marked: false,
  property,
  ...rest,
});

describe("the reader of task definitions", () => {
  it("takes the task role for the identity and revisions of a family for one workload", () => {
    const desk = resource(type, "desk", {
      family: "desk",
      taskRoleArn: outputOf(urnOf("aws:iam/role:Role", "desk")),
      executionRoleArn: "arn:aws:iam::111122223333:role/ecsTaskExecutionRole",
    });
    assert.deepEqual(stated([taskDefinitionReader], desk), [
      { kind: "alias", thing: task, also: "workload|default|ecs family|desk", property: "family" },
      {
        kind: "workload",
        workload: task,
        is: "undeclared",
        what: "ECS task definition",
        label: "desk",
        declarationOnly: false,
        property: "",
      },
      {
        kind: "runs-as",
        workload: task,
        identity: named(urnOf("aws:iam/role:Role", "desk")),
        how: "task role",
        isDefault: false,
        property: "taskRoleArn",
      },
      {
        kind: "starts",
        workload: task,
        identity: named("iam-role|111122223333|ecsTaskExecutionRole"),
        property: "executionRoleArn",
      },
    ]);
  });

  it("reads secrets by ARN with key, by ARN of a parameter, and by a parameter's name", () => {
    const arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme/crm-AbC123";
    const definitions = JSON.stringify([
      {
        name: "a",
        secrets: [
          { name: "A", valueFrom: `${arn}:password::` },
          { name: "B", valueFrom: arn },
        ],
      },
      {
        name: "b",
        secrets: [
          { name: "C", valueFrom: "arn:aws:ssm:eu-west-1:111122223333:parameter/acme/crm" },
          { name: "D", valueFrom: "/acme/crm" },
        ],
      },
    ]);
    assert.deepEqual(containers(definitions), [
      holds(named("secret|111122223333@eu-west-1|acme/crm"), "containerDefinitions[0].secrets.A", {
        key: "password",
      }),
      holds(named("secret|111122223333@eu-west-1|acme/crm"), "containerDefinitions[0].secrets.B"),
      holds(
        named("parameter|111122223333@eu-west-1|acme/crm"),
        "containerDefinitions[1].secrets.C",
      ),
      holds(named("parameter|default|acme/crm"), "containerDefinitions[1].secrets.D"),
    ]);
  });

  it("finds literals in the environment, in arguments and behind flags", () => {
    const context = contextOf();
    const definitions = JSON.stringify([
      {
        environment: [
          { name: "API_KEY", value: "k-0123456789" },
          { name: "STAGE", value: "production" },
        ],
        command: ["serve", "--password", "S3cure-enough", "--token=t-0123456789", "--port", "8080"],
        entryPoint: ["sh", "-c", "TOKEN=u-0123456789 run"],
      },
    ]);
    const value = (text: string, under: string) => ({
      credential: `value of ${under}`,
      under,
      value: context.literalName(text),
    });
    assert.deepEqual(containers(definitions, context), [
      literal("containerDefinitions[0].environment.API_KEY", value("k-0123456789", "API_KEY")),
      literal("containerDefinitions[0].command[2]", value("S3cure-enough", "password")),
      literal("containerDefinitions[0].command[3]", value("t-0123456789", "token")),
      literal("containerDefinitions[0].entryPoint[2]", value("u-0123456789", "TOKEN")),
    ]);
  });

  it("takes definitions that a saved snapshot leaves out for what is not known", () => {
    assert.deepEqual(containers(new LeftOut(3, true)), containers(new Unknown([], true)));
  });

  it("returns the dependencies of unknown definitions, and that others may be in them", () => {
    const at = "containerDefinitions";
    const dependsOn = [urnOf(secretType, "crm"), urnOf("aws:cloudwatch/logGroup:LogGroup", "logs")];
    const others = { kind: "unknown", dependsOn } as const;
    const [container, content] = [valuePlace(task, at), named(urnOf(secretType, "crm"))];
    const expected = [
      { kind: "contains", container, content, derived: true, property: at },
      holds(named(container), at, { through: "env" }),
      holds(others, at, { through: "env", whole: true }),
    ];
    assert.deepEqual(containers(outputOf(...dependsOn)), expected);
    assert.deepEqual(containers(new Unknown(), contextOf(), dependsOn), expected);
  });

  it("takes definitions of which nothing is known for any secrets", () => {
    const unknown = { kind: "unknown", dependsOn: [] } as const;
    assert.deepEqual(containers(new Unknown()), [
      holds(unknown, "containerDefinitions", { through: "env", whole: true }),
    ]);
  });

  it("returns as unknown which value of secret definitions is the secret one", () => {
    const at = "containerDefinitions";
    const definitions = JSON.stringify([{ environment: [{ name: "CRM", value: "anything" }] }]);
    assert.deepEqual(containers(new Secret(definitions)), [
      literal(at, {
        credential: "a secret value",
        value: valuePlace(task, at),
        marked: true,
        dependsOn: [],
      }),
    ]);
    const none = JSON.stringify([{ image: "private" }]);
    assert.deepEqual(containers(new Secret(none)), []);
  });

  it("reports definitions that are no JSON list, without showing them", () => {
    const expected = [
      {
        kind: "unreadable",
        thing: task,
        reader: "aws task definition",
        problem: "`containerDefinitions` is not a JSON list of containers",
        property: "containerDefinitions",
      },
    ];
    for (const text of ["[{", "7", "x".repeat(1_000_001), "[".repeat(200_000)]) {
      assert.deepEqual(containers(text), expected);
    }
  });
});
