import assert from "node:assert/strict";
import type { Resource } from "../../../core/snapshot/resource";
import { Unknown, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { resource, snapshotOf, urnOf } from "../../support/resources";
import { threeForms } from "../../support/three-forms";

const roleType = "aws:iam/role:Role";
const main = urnOf(roleType, "main");
const later = urnOf("aws:cloudformation/stack:Stack", "later");
const account = "111122223333";
const compute = "arn:aws:iam::aws:policy/AmazonEKSComputePolicy";
const instances = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForManagedInstances";
const eks = { Service: "eks.amazonaws.com" };

const outputs = new Map<string, ValueRecord>([
  [main, { id: "main", name: "main", arn: `arn:aws:iam::${account}:role/main` }],
  [later, { id: "later", compute, service: "eks.amazonaws.com", other: "lambda.amazonaws.com" }],
]);

function trust(...principals: readonly Value[]): ValueRecord {
  const Statement = principals.map((Principal) => ({
    Effect: "Allow",
    Principal,
    Action: ["sts:AssumeRole", "sts:TagSession"],
  }));
  return { Version: "2012-10-17", Statement };
}

/** The role of a cluster. */
const roleBy = (document: Value, more: ValueRecord = {}): Resource =>
  resource(roleType, "main", { name: "main", assumeRolePolicy: document, ...more });

const attach = (policyArn: Value): Resource =>
  resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "gives", {
    role: new Unknown([main], false, "name"),
    policyArn,
  });

/** How a role has a managed policy. */
const carriers: Readonly<Record<string, (document: Value, policy: Value) => readonly Resource[]>> =
  {
    "an attachment": (document, policy) => [roleBy(document), attach(policy)],
    "an attachment to several": (document, policy) => [
      roleBy(document),
      resource("aws:iam/policyAttachment:PolicyAttachment", "gives", {
        roles: [new Unknown([main], false, "name")],
        policyArn: policy,
      }),
    ],
    "all attachments of the role": (document, policy) => [
      roleBy(document),
      resource("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "gives", {
        roleName: new Unknown([main], false, "name"),
        policyArns: [policy],
      }),
    ],
    "the role": (document, policy) => [roleBy(document, { managedPolicyArns: [policy] })],
    "the role of Cloud Control": (document, policy) => [
      resource("aws-native:iam:Role", "main", {
        roleName: "main",
        assumeRolePolicyDocument: document,
        managedPolicyArns: [policy],
      }),
    ],
  };

async function escalations(resources: readonly Resource[]): Promise<readonly string[]> {
  const { findings } = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
  return findings
    .filter(({ rule }) => rule === "no-privilege-escalation")
    .map(({ severity, level, verdict }) => `${severity} ${level} ${verdict}`);
}

const advisory = ["low advisory violated"];
const blocking = ["high mandatory violated"];
const open = ["high mandatory undetermined"];

async function same(
  resources: readonly Resource[],
  wanted: readonly string[],
  first: readonly string[] = wanted,
): Promise<void> {
  const stack = resource("aws:cloudformation/stack:Stack", "later", {});
  for (const [form, each] of Object.entries(threeForms([stack, ...resources], outputs))) {
    assert.deepEqual(await escalations(each), form === "first preview" ? first : wanted, form);
  }
}

describe("a policy that AWS requires on the role of a service", () => {
  const trusts: Readonly<Record<string, Value>> = {
    "as a text": trust(eks),
    "in a list": trust({ Service: ["eks.amazonaws.com"] }),
    twice: trust(eks, eks),
    "of one partition": trust({ Service: "eks.amazonaws.com.cn" }),
    "as JSON": JSON.stringify(trust(eks)),
  };
  for (const [carrier, made] of Object.entries(carriers)) {
    for (const [spelled, document] of Object.entries(trusts)) {
      it(`does not block in ${carrier}, for EKS ${spelled}`, () =>
        same(made(document, compute), advisory));
    }
    for (const partition of ["aws-cn", "aws-us-gov"]) {
      it(`does not block in ${carrier} by its ARN of ${partition}`, () =>
        same(made(trust(eks), compute.replace("aws", partition)), advisory));
    }
    it(`does not block in ${carrier} where it is the policy for ECS Managed Instances`, () =>
      same(made(trust({ Service: "ecs.amazonaws.com" }), instances), advisory));

    const misses: Readonly<Record<string, Value>> = {
      "an agent's function": trust({ Service: "lambda.amazonaws.com" }),
      pods: trust({ Service: "pods.eks.amazonaws.com" }),
      "a function too": trust({ Service: ["eks.amazonaws.com", "lambda.amazonaws.com"] }),
      "the account too": trust(eks, { AWS: `arn:aws:iam::${account}:root` }),
      everyone: trust({ AWS: "*" }),
      "another service that requires other policies": trust({ Service: "ecs.amazonaws.com" }),
    };
    for (const [who, document] of Object.entries(misses)) {
      it(`blocks in ${carrier} of a role for ${who}`, () =>
        same(made(document, compute), blocking));
    }
    it(`blocks in ${carrier} where it is required by another service`, () =>
      same(made(trust(eks), instances), blocking));
    it(`is not proven in ${carrier} before the service is known`, async () => {
      const by = (output: string) => trust({ Service: new Unknown([later], false, output) });
      await same(made(by("service"), compute), advisory, open);
      await same(made(by("other"), compute), blocking, open);
    });
  }

  it("blocks where a workload runs as the role", () =>
    same(
      [
        ...(carriers["an attachment"]?.(trust(eks), compute) ?? []),
        resource("aws:lambda/function:Function", "desk", {
          name: "desk",
          role: new Unknown([main], false, "arn"),
        }),
      ],
      blocking,
    ));

  it("is another policy where a customer's has its name", async () => {
    const own = resource("aws:iam/policy:Policy", "AmazonEKSComputePolicy", {
      name: "AmazonEKSComputePolicy",
      policy: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: ["iam:PassRole", "ec2:RunInstances"], Resource: "*" },
        ],
      },
    });
    const arn = `arn:aws:iam::${account}:policy/AmazonEKSComputePolicy`;
    const made = new Map([[own.urn, { id: arn, arn }]]);
    const stack = [own, roleBy(trust(eks)), attach(new Unknown([own.urn], false, "arn"))];
    for (const each of Object.values(threeForms(stack, new Map([...outputs, ...made])))) {
      assert.deepEqual(await escalations(each), blocking);
    }
  });

  it("does not excuse another policy of the role that completes a path with it", async () => {
    const other = resource("aws:iam/rolePolicy:RolePolicy", "more", {
      role: new Unknown([main], false, "name"),
      policy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: ["iam:PassRole", "lambda:*"], Resource: "*" }],
      },
    });
    await same([roleBy(trust(eks)), attach(compute), other], blocking);
  });

  it("is not proven before its ARN is known", async () => {
    const stack = [roleBy(trust(eks)), attach(new Unknown([later], false, "compute"))];
    // What an unknown policy may be is one finding, of the rule about all permissions.
    await same(stack, advisory, []);
    const { findings } = await judgeSnapshot(snapshotOf(stack), { settings: defaultSettings });
    assert.deepEqual(
      findings.map(({ rule, verdict, level }) => `${rule} ${level} ${verdict}`),
      ["no-wildcard-authority mandatory undetermined"],
    );
  });

  it("is said to be required, with what remains to be done", async () => {
    const { findings } = await judgeSnapshot(snapshotOf([roleBy(trust(eks)), attach(compute)]), {
      settings: defaultSettings,
    });
    const [first] = findings.filter(({ rule }) => rule === "no-privilege-escalation");
    assert.match(first?.message ?? "", /^Policy `AmazonEKSComputePolicy`, which AWS requires on/);
    assert.match(first?.fix ?? "", /only the service/);
  });
});
