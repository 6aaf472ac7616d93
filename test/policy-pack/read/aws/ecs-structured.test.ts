import assert from "node:assert/strict";
import { Secret, type Value, type ValueRecord } from "../../../../core/snapshot/value";
import { structuredTaskReader } from "../../../../policy-pack/read/aws/compute/ecs-structured";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { runningAs, stated, undeclared } from "./reading";

const daemonType = "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition";
const expressType = "aws:ecs/expressGatewayService:ExpressGatewayService";
const password = "S3cure-enough";
const crm = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:crm-AbCdEf";
const crmSecret = { kind: "named", name: "secret|111122223333@eu-west-1|crm" };
const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

const container: ValueRecord = {
  image: "acme/desk",
  environments: [{ name: "DB_PASSWORD", value: password }],
  secrets: [{ name: "CRM", valueFrom: crm }],
  commands: ["serve", "--port", "8080"],
};

function express(inputs: ValueRecord): readonly unknown[] {
  return stated([structuredTaskReader], resource(expressType, "desk", inputs));
}

const desk = urnOf(expressType, "desk");
const workload = (urn: string, what: string) => undeclared(urn, what, "desk");
const literal = (holder: string, at: string, marked = false) => ({
  kind: "literal",
  holder,
  credential: "value of DB_PASSWORD",
  severity: "critical",
  under: "DB_PASSWORD",
  place: "exposed",
  marked,
  property: `${at}.environment.DB_PASSWORD`,
});
const holds = (holder: string, at: string) => ({
  kind: "uses",
  workload: holder,
  secret: crmSecret,
  through: "task secret",
  under: "CRM",
  property: `${at}.secrets.CRM`,
});

/** Without the fact by which equal literals are found. */
const plain = (facts: readonly unknown[]): readonly unknown[] =>
  facts.map((fact) =>
    Object.fromEntries(Object.entries(fact as object).filter(([name]) => name !== "value")),
  );

describe("the reader of containers of ECS that inputs define", () => {
  it("reads the roles, variables and secrets of a service of one container", () => {
    const roles = { taskRoleArn: arn("desk"), executionRoleArn: arn("pull") };
    assert.deepEqual(plain(express({ ...roles, primaryContainer: container })), [
      workload(desk, "ECS Express service"),
      runningAs(
        desk,
        { kind: "named", name: "iam-role|111122223333|desk" },
        "task role",
        "taskRoleArn",
      ),
      {
        kind: "starts",
        workload: desk,
        identity: { kind: "named", name: "iam-role|111122223333|pull" },
        property: "executionRoleArn",
      },
      literal(desk, "primaryContainer"),
      holds(desk, "primaryContainer"),
    ]);
  });

  it("reads each container of a daemon", () => {
    const daemon = urnOf(daemonType, "desk");
    const containerDefinitions = [{ image: "acme/log" }, container];
    const inputs = { family: "desk", containerDefinitions };
    assert.deepEqual(plain(stated([structuredTaskReader], resource(daemonType, "desk", inputs))), [
      workload(daemon, "ECS daemon task definition"),
      literal(daemon, "containerDefinitions[1]"),
      holds(daemon, "containerDefinitions[1]"),
    ]);
  });

  it("treats what is marked as a secret as readable by readers of the service", () => {
    assert.deepEqual(plain(express({ primaryContainer: new Secret(container) })), [
      workload(desk, "ECS Express service"),
      literal(desk, "primaryContainer", true),
      holds(desk, "primaryContainer"),
    ]);
  });

  it("returns what a container receives as unknown where that is unknown", () => {
    const later = urnOf("aws:ssm/parameter:Parameter", "later");
    const unknown = (property: string) => ({
      kind: "uses",
      workload: desk,
      secret: { kind: "unknown", dependsOn: [later] },
      through: "env",
      whole: true,
      property,
    });
    const given = (inputs: Record<string, Value>) => plain(express(inputs)).slice(1);
    assert.deepEqual(given({ primaryContainer: outputOf(later) }), [unknown("primaryContainer")]);
    const daemon = { containerDefinitions: [outputOf(later)] };
    assert.deepEqual(
      plain(stated([structuredTaskReader], resource(daemonType, "desk", daemon))).slice(1),
      [{ ...unknown("containerDefinitions[0]"), workload: urnOf(daemonType, "desk") }],
    );
    for (const part of ["environments", "secrets", "commands", "entryPoints", "environmentFiles"]) {
      assert.deepEqual(
        given({ primaryContainer: { image: "acme/desk", [part]: outputOf(later) } }),
        [unknown(`primaryContainer.${part}`)],
      );
    }
  });
});
