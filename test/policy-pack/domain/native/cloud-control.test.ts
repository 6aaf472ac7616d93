import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import {
  PartialText,
  Secret,
  Unknown,
  type Value,
  type ValueRecord,
} from "../../../../core/snapshot/value";
import { defaultSettings as settings } from "../../../../policy-pack/findings/settings";
import { IncrementalJudge, judgeSnapshot } from "../../../../policy-pack/run/judge";
import { resource, snapshotOf, urnOf } from "../../../support/resources";

const anyone = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
};
const administers = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};
const password = "k3ep-1t-Qu1et";

/** Types as AWS names them, with properties as AWS and as AWS Native have them. */
const typed: readonly (readonly [name: string, native: string, aws: object, sdk: ValueRecord])[] = [
  [
    "AWS::IAM::Role",
    "aws-native:iam:Role",
    {
      RoleName: "open",
      AssumeRolePolicyDocument: anyone,
      Policies: [{ PolicyName: "all", PolicyDocument: administers }],
      Tags: [{ Key: "agentid.dev/tenant", Value: "acme" }],
    },
    {
      roleName: "open",
      assumeRolePolicyDocument: anyone,
      policies: [{ policyName: "all", policyDocument: administers }],
      tags: [{ key: "agentid.dev/tenant", value: "acme" }],
    },
  ],
  [
    "AWS::Lambda::Function",
    "aws-native:lambda:Function",
    {
      FunctionName: "triage",
      Role: "arn:aws:iam::111122223333:role/triage",
      Environment: { Variables: { DB_PASSWORD: password } },
    },
    {
      functionName: "triage",
      role: "arn:aws:iam::111122223333:role/triage",
      environment: { variables: { DB_PASSWORD: password } },
    },
  ],
  [
    "AWS::SSM::Parameter",
    "aws-native:ssm:Parameter",
    { Name: "/crm/password", Type: "String", Value: password },
    { name: "/crm/password", type: "String", value: password },
  ],
];

/** How a program declares it with one resource for any type. */
const declared: Readonly<Record<string, (name: string, state: Value) => ValueRecord>> = {
  "aws:cloudcontrol/resource:Resource": (typeName, desiredState) => ({ typeName, desiredState }),
  "aws-native:cloudcontrol:Resource": (typeName, desiredState) => ({ typeName, desiredState }),
  "aws-native:index:ExtensionResource": (type, properties) => ({ type, properties }),
};

const stateOf = (type: string): string =>
  type.includes(":index:") ? "properties" : "desiredState";

/** What the rules report, without where it is; the name of an inline policy is its property. */
async function saidOf(resources: readonly Resource[]): Promise<readonly string[]> {
  const { findings } = await judgeSnapshot(snapshotOf(resources), { settings });
  return findings.map(({ rule, verdict, message }) =>
    `${rule} ${verdict} ${message}`.replace(/(?<=`\w+: )[^`]+/, ""),
  );
}

async function notReadOf(one: Resource): Promise<readonly string[]> {
  const { notRead } = await judgeSnapshot(snapshotOf([one]), { settings });
  return notRead.map(({ type }) => type);
}

describe("a resource of any type of AWS", () => {
  for (const [type, inputsOf] of Object.entries(declared)) {
    for (const [name, native, aws, sdk] of typed) {
      for (const state of [JSON.stringify(aws), aws as Value]) {
        const form = typeof state === "string" ? "text" : "a map";
        it(`is judged as ${native} by ${form} of ${type}`, async () => {
          const any = resource(type, "it", inputsOf(name, state));
          const expected = await saidOf([resource(native, "it", sdk)]);
          assert.ok(expected.length > 0);
          assert.deepEqual(await saidOf([any]), expected);
          assert.deepEqual(await notReadOf(any), []);
        });
      }
    }

    it(`has findings at the property that the program has: ${type}`, async () => {
      const any = resource(type, "it", inputsOf("AWS::IAM::Role", JSON.stringify(typed[0]?.[2])));
      const early = await new IncrementalJudge({ settings }).add(any);
      const { findings } = await judgeSnapshot(snapshotOf([any]), { settings });
      assert.ok(early.length > 0);
      for (const { at } of [...early, ...findings]) assert.equal(at.property, stateOf(type));
    });

    for (const [what, name, state] of [
      ["its state is not known", "AWS::IAM::Role", new Unknown()],
      ["a part of its state is not known", "AWS::IAM::Role", new PartialText(["{", new Unknown()])],
      ["its type is not known", new Unknown(), "{}"],
      ["its state is no JSON", "AWS::IAM::Role", "Role"],
      ["its state is a list", "AWS::IAM::Role", "[]"],
      ["its type is of an extension", "Acme::Desk::Role::MODULE", "{}"],
    ] as const) {
      it(`is named as not read where ${what}: ${type}`, async () => {
        assert.deepEqual(await notReadOf(resource(type, "it", inputsOf(name as string, state))), [
          type,
        ]);
      });
    }

    it(`is named by the type that it has where no reader reads that: ${type}`, async () => {
      const made = (name: string, state: object): Resource =>
        resource(type, "it", inputsOf(name, JSON.stringify(state)));
      assert.deepEqual(await notReadOf(made("AWS::IAM::Group", {})), ["aws-native:iam:Group"]);
      assert.deepEqual(await notReadOf(made("AWS::EC2::VPC", { CidrBlock: "10.0.0.0/16" })), []);
      const logs = made("AWS::EC2::FlowLog", {
        DeliverLogsPermissionArn: "arn:aws:iam::111122223333:role/r",
      });
      assert.deepEqual(await notReadOf(logs), ["aws-native:ec2:FlowLog"]);
    });

    it(`is not taken for what it attaches to, which is not known: ${type}`, async () => {
      const state = { ManagedPolicyName: "all", PolicyDocument: administers, Roles: ["desk"] };
      const any = resource(type, "it", inputsOf("AWS::IAM::ManagedPolicy", JSON.stringify(state)));
      const said = await saidOf([any]);
      assert.equal(said.length, 1);
      assert.match(said[0] ?? "", /^no-wildcard-authority undetermined /);
    });

    it(`is found by its type whatever its letters: ${type}`, async () => {
      const state = { Url: "https://token.actions.githubusercontent.com", ClientIdList: ["desk"] };
      const any = resource(type, "it", inputsOf("AWS::IAM::OIDCProvider", JSON.stringify(state)));
      assert.deepEqual(await notReadOf(any), []);
    });

    it(`stays secret where the program marks its state: ${type}`, async () => {
      const text = JSON.stringify({ Name: "/crm/password", Type: "String", Value: password });
      const marked = resource(type, "it", inputsOf("AWS::SSM::Parameter", new Secret(text)));
      for (const each of await saidOf([marked])) assert.doesNotMatch(each, new RegExp(password));
      assert.deepEqual(await notReadOf(marked), []);
    });

    it(`is known by its ARN once it is deployed: ${type}`, async () => {
      const arn = "arn:aws:iam::111122223333:role/desk";
      const trust = { ...anyone, Statement: [{ ...anyone.Statement[0], Principal: { AWS: arn } }] };
      const state = { RoleName: "desk", AssumeRolePolicyDocument: trust };
      const any = resource(type, "desk", inputsOf("AWS::IAM::Role", JSON.stringify(state)), {
        outputs: { properties: JSON.stringify({ ...state, Arn: arn }) },
      });
      const user = (name: string): Resource =>
        resource("aws:lambda/function:Function", name, { name, role: arn });
      const said = await saidOf([any, user("a"), user("b")]);
      assert.ok(
        said.some((each) => each.startsWith("no-shared-identity violated")),
        said.join("\n"),
      );
      assert.equal(any.urn, urnOf(type, "desk"));
    });
  }
});
