import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { carriesIdentity, mayCarryIdentity } from "../../../../policy-pack/read/resource/not-read";
import nothing from "../../../../policy-pack/read/resource/carries-nothing.json";
import {
  PartialText,
  Secret,
  Unknown,
  type Value,
  type ValueRecord,
} from "../../../../core/snapshot/value";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import { outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";
import data from "../../../../policy-pack/read/resource/not-read.json";

const aws = dirname(require.resolve("@pulumi/aws/package.json"));

/** The inputs of a type of `@pulumi/aws`, as its declaration lists them. */
function inputsOf(type: string): readonly string[] {
  const [, module = ""] = type.split(":");
  const file = join(aws, `${module}.d.ts`);
  assert.ok(existsSync(file), `${type} is no type of @pulumi/aws`);
  const [, args = ""] = readFileSync(file, "utf8").split(/^export interface \w+Args \{$/mu);
  return [...args.matchAll(/^ {4}(\w+)\??:/gmu)].map(([, name = ""]) => name);
}

describe("types that no reader reads", () => {
  it("are named in a report where they have a role, and not where they have none", () => {
    assert.equal(carriesIdentity("aws:bedrock/customModel:CustomModel"), true);
    assert.equal(carriesIdentity("aws:bedrock/inferenceProfile:InferenceProfile"), false);
    assert.equal(carriesIdentity("aws:verifiedpermissions/policyStore:PolicyStore"), false);
  });

  for (const type of data.carriesNone.filter((each) => each.startsWith("aws:bedrock/"))) {
    it(`may leave out ${type}, which takes no role and no credential`, () => {
      const inputs = inputsOf(type);
      assert.ok(inputs.length > 0, `${type} has no inputs`);
      assert.deepEqual(
        inputs.filter((name) => /role|credential|secret|authoriz/iu.test(name)),
        [],
      );
    });
  }
});

describe("resources that no reader reads", () => {
  const silent = [
    "github:index/actionsSecret:ActionsSecret",
    "command:local:Command",
    "docker:index/container:Container",
    "docker-build:index:Image",
    "gcp:cloudrun/service:Service",
    "azure-native:app:ContainerApp",
    "azure-native:web:WebApp",
    "azuread:index/application:Application",
    "pulumi-nodejs:dynamic:Resource",
    "pulumi-python:dynamic:Resource",
    "cloudflare:index/workersScript:WorkersScript",
    "datadog:index/monitor:Monitor",
    "tls:index/privateKey:PrivateKey",
    "fancy:index:Thing",
  ];

  for (const type of silent) {
    it(`are named: ${type}`, () => {
      assert.equal(mayCarryIdentity(resource(type, "a", {})), true);
      const component = resource(type, "a", {}, { custom: false });
      assert.equal(mayCarryIdentity(component), carriesIdentity(type));
    });
  }

  it("are not named where the program makes them of others, as the components of awsx do", () => {
    const named = (type: string): boolean =>
      mayCarryIdentity(resource(type, "a", {}, { custom: false }));
    for (const type of ["x:ecs:FargateService", "lb:NetworkListener", "ecs:FargateService"]) {
      assert.equal(named(`awsx:${type}`), false);
    }
    for (const type of ["y:ecs:FargateService", "ecs:Other"]) {
      assert.equal(named(`awsx:${type}`), true);
    }
  });

  for (const [type, reason] of Object.entries(nothing.types)) {
    it(`are not named: ${type}, since ${reason}`, () => {
      const one = type.endsWith("*") ? `${type.slice(0, -1)}index:Thing` : type;
      assert.equal(mayCarryIdentity(resource(one, "a", { role: "r" })), false);
      assert.match(reason, /^it [a-z]/);
    });
  }

  const role = urnOf("aws:iam/role:Role", "r");
  const arn = "arn:aws:iam::111122223333:role/r";
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*" }] };
  const fields: readonly (readonly [field: string, values: readonly Value[]])[] = [
    ["roleArn", [arn, outputOf(role), new Secret(arn), new PartialText([arn, outputOf(role)])]],
    ["executionRole", [arn, outputOf(role), "by-name"]],
    ["iamRoleName", ["by-name", outputOf(role)]],
    ["anything", [arn, document, JSON.stringify(document)]],
    ["policyDocument", [document, JSON.stringify(document), outputOf(role)]],
    ["principals", [["111122223333"], outputOf(role)]],
  ];
  const others: readonly (readonly [field: string, values: readonly Value[]])[] = [
    ["blockPublicPolicy", [true, false]],
    ["sslPolicy", ["ELBSecurityPolicy-2016-08"]],
    ["policyType", ["TargetTrackingScaling"]],
    ["kmsKeyArn", ["arn:aws:kms:eu-west-1:111122223333:key/k", new Unknown([role])]],
    ["roleArn", ["", null]],
    ["name", ["role", new Unknown()]],
  ];
  for (const type of [
    "aws:fancy/thing:Thing",
    "aws-native:fancy:Thing",
    "kubernetes:fancy/v1:Thing",
  ]) {
    for (const [expected, all] of [[true, fields] as const, [false, others] as const]) {
      for (const [field, values] of all) {
        it(`are ${expected ? "" : "not "}named by \`${field}\` of ${type}`, () => {
          for (const value of values) {
            const shapes = [{ [field]: value }, { deep: [{ [field]: value }] }];
            for (const inputs of shapes) {
              assert.equal(mayCarryIdentity(resource(type, "a", inputs)), expected);
            }
          }
        });
      }
    }
  }

  const named = async (type: string, inputs: ValueRecord): Promise<boolean> => {
    const all = snapshotOf([resource(type, "a", inputs)]);
    return (await judgeSnapshot(all, { settings: defaultSettings })).notRead.length > 0;
  };

  it("include those of AWS of which only the name is read, if they are listed", async () => {
    const template = { templateBody: JSON.stringify({ Resources: {} }) };
    assert.equal(await named("aws:cloudformation/stack:Stack", template), true);
    assert.equal(await named("aws:bedrock/agentcoreMemory:AgentcoreMemory", { name: "m" }), true);
    assert.equal(await named("aws:bedrock/guardrail:Guardrail", { name: "g" }), false);
    assert.equal(await named("aws:bedrock/agentAgent:AgentAgent", { agentName: "a" }), false);
    assert.equal(await named("aws:sqs/queue:Queue", { name: "q", policy: document }), false);
  });

  it("include those of AWS with a role that no reader has", async () => {
    const unread: readonly (readonly [string, string])[] = [
      ["bedrock/agentKnowledgeBase:AgentKnowledgeBase", "roleArn"],
      ["codepipeline/pipeline:Pipeline", "roleArn"],
      ["glue/job:Job", "roleArn"],
      ["rds/cluster:Cluster", "iamRoles"],
      ["codebuild/project:Project", "serviceRole"],
    ];
    for (const [type, input] of unread) {
      const value = input === "iamRoles" ? [arn] : arn;
      for (const each of [value, outputOf(role), new Secret(value)]) {
        assert.equal(await named(`aws:${type}`, { [input]: each }), true, type);
      }
      if (!type.startsWith("bedrock/")) {
        for (const none of ["", null]) {
          assert.equal(await named(`aws:${type}`, { [input]: none }), false, type);
        }
      }
    }
  });

  it("include none of AWS whose role is read, or the service's own", async () => {
    for (const [type, input] of [
      ["lambda/function:Function", "role"],
      ["eks/cluster:Cluster", "roleArn"],
      ["eks/nodeGroup:NodeGroup", "nodeRoleArn"],
      ["sfn/stateMachine:StateMachine", "roleArn"],
      ["ecs/taskDefinition:TaskDefinition", "taskRoleArn"],
      ["iam/instanceProfile:InstanceProfile", "role"],
      ["iam/rolePolicy:RolePolicy", "role"],
      ["iam/rolePolicyAttachment:RolePolicyAttachment", "role"],
    ] as const) {
      for (const value of [arn, outputOf(role)]) {
        assert.equal(await named(`aws:${type}`, { [input]: value }), false, type);
      }
    }
  });

  it("are counted by type, and one that is read is not", async () => {
    const all = [
      resource("github:index/actionsSecret:ActionsSecret", "a", {}),
      resource("github:index/actionsSecret:ActionsSecret", "b", {}),
      resource("aws:lambda/function:Function", "c", { role: arn }),
      resource("aws:ec2/vpc:Vpc", "d", { cidrBlock: "10.0.0.0/16" }),
      resource("pulumi:providers:github", "e", { owner: "acme" }),
    ];
    const { notRead } = await judgeSnapshot(snapshotOf(all), { settings: defaultSettings });
    assert.deepEqual(notRead, [{ type: "github:index/actionsSecret:ActionsSecret", count: 2 }]);
  });
});
