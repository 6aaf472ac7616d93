import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Tenant, Tool, type TenantFederation, type TenantRef } from "../../../components";
import { mocked, registered } from "../support/registered";
import { named, roleAdmits, roleDenies } from "../support/trust";
import { bucketsOf } from "../support/buckets";

const place = { account: "111122223333", region: "eu-central-1" };
const under = (federation: TenantFederation): TenantRef => ({
  name: "acme",
  namespace: "acme",
  boundaryArn: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
  federation,
});
const ecs = under({ ecs: place });
const lambda = under({ lambda: place });

const tags = {
  "agentid.dev/tenant": "acme",
  "agentid.dev/kind": "agent",
  "agentid.dev/workload": "triage",
};
const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/rolePolicy:RolePolicy";

const role = (trust: object) => ({
  type: roleType,
  name: "triage",
  under: "agentid:index:Agent",
  inputs: {
    name: "acme.triage",
    path: "/agentid/acme/",
    description: "Identity of agent triage",
    assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    permissionsBoundary: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
    maxSessionDuration: 3600,
    tags,
  },
});

const trustOfTasks = {
  Effect: "Allow",
  Principal: { Service: "ecs-tasks.amazonaws.com" },
  Action: "sts:AssumeRole",
  Condition: {
    StringEquals: { "aws:SourceAccount": "111122223333" },
    ArnLike: { "aws:SourceArn": "arn:aws:ecs:eu-central-1:111122223333:*" },
  },
};

const trustOfFunctions = {
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
};

const functionArn = "arn:aws:lambda:eu-central-1:111122223333:function:acme_triage";

const denial = (arn: string) => ({
  Sid: "DenyOtherFunctions",
  Effect: "Deny",
  Action: "*",
  Resource: "*",
  Condition: {
    ArnNotLike: { "lambda:SourceFunctionArn": [arn, `${arn}:*`] },
    Null: { "lambda:SourceFunctionArn": "false" },
  },
});

const policy = (...statements: readonly object[]) => ({
  type: policyType,
  name: "triage",
  under: "agentid:index:Agent",
  inputs: {
    name: "permissions",
    role: "acme.triage",
    policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  },
});

const variables = { AGENTID_TENANT: "acme", AGENTID_WORKLOAD: "triage" };

const values = <T>(object: T): Promise<pulumi.Unwrap<T>> =>
  new Promise((resolve) => {
    pulumi.output(object).apply(resolve);
  });

describe("a tenant of Amazon ECS", () => {
  it("makes one role for the tasks of its account and region, and nothing else", async () => {
    for (const tenant of [ecs, pulumi.output(ecs)]) {
      const resources = await registered(() => {
        new Agent("triage", { tenant, subject: { ecs: {} } });
      });
      assert.deepEqual(resources.slice(1), [role(trustOfTasks)]);
    }
  });

  it("has no namespace", async () => {
    const resources = await registered(() => {
      new Tenant("acme", { federation: { ecs: place } });
    });
    assert.deepEqual(
      resources.map(({ type, name }) => `${type} ${name}`),
      ["agentid:index:Tenant acme", "aws:iam/policy:Policy acme-boundary"],
    );
  });

  const request = (keys: Readonly<Record<string, string>>) => ({
    principal: { type: "Service", value: "ecs-tasks.amazonaws.com" } as const,
    action: "sts:AssumeRole",
    keys: {
      "aws:SourceAccount": "111122223333",
      "aws:SourceArn": "arn:aws:ecs:eu-central-1:111122223333:task/prod/0a1b",
      ...keys,
    },
  });

  it("refuses tasks of another account and of another region", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: ecs, subject: { ecs: {} } });
    });
    const trusts = (keys: Readonly<Record<string, string>>) =>
      roleAdmits(named(resources, roleType, "triage"), request(keys));
    assert.equal(trusts({}), "yes");
    assert.equal(trusts({ "aws:SourceAccount": "444455556666" }), "no");
    assert.equal(
      trusts({ "aws:SourceArn": "arn:aws:ecs:eu-west-1:111122223333:task/prod/0a1b" }),
      "no",
    );
    const other = { type: "Service", value: "ecs.amazonaws.com" } as const;
    assert.equal(
      roleAdmits(named(resources, roleType, "triage"), { ...request({}), principal: other }),
      "no",
    );
  });

  it("gives a task definition its family, role, tags and environment", async () => {
    mocked();
    const { ecsTask } = new Agent("triage", { tenant: ecs, subject: { ecs: {} } });
    assert.deepEqual(await values(ecsTask), {
      family: "acme_triage",
      taskRoleArn: "arn:aws:iam::111122223333:role/agentid/acme/acme.triage",
      environment: [
        { name: "AGENTID_TENANT", value: "acme" },
        { name: "AGENTID_WORKLOAD", value: "triage" },
      ],
      tags,
    });
    const subject = { ecs: { family: "old-desk" } };
    assert.equal(new Tool("refunds", { tenant: ecs, subject }).ecsTask.family, "old-desk");
  });

  it("is of the partition of its region", async () => {
    const trusts: unknown[] = [];
    for (const region of ["cn-north-1", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1"]) {
      const resources = await registered(() => {
        new Agent("triage", { tenant: under({ ecs: { ...place, region } }), subject: { ecs: {} } });
      });
      const document = String(named(resources, roleType, "triage")?.inputs["assumeRolePolicy"]);
      trusts.push(/arn:[^"]+/.exec(document)?.[0]);
    }
    assert.deepEqual(trusts, [
      "arn:aws-cn:ecs:cn-north-1:111122223333:*",
      "arn:aws-us-gov:ecs:us-gov-west-1:111122223333:*",
      "arn:aws-iso-b:ecs:us-isob-east-1:111122223333:*",
      "arn:aws-eusc:ecs:eusc-de-east-1:111122223333:*",
    ]);
  });
});

describe("a tenant of AWS Lambda", () => {
  it("makes one role and denies it to other functions, without permissions too", async () => {
    for (const tenant of [lambda, pulumi.output(lambda)]) {
      const resources = await registered(() => {
        new Agent("triage", { tenant, subject: { lambda: {} } });
      });
      assert.deepEqual(resources.slice(1), [role(trustOfFunctions), policy(denial(functionArn))]);
    }
  });

  it("puts permissions beside what is denied", async () => {
    const permissions = [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::tickets/*"] }];
    const resources = await registered(() => {
      const subject = { lambda: { functionName: "desk" } };
      new Agent("triage", { tenant: lambda, subject, permissions });
    });
    const allowed = {
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: ["arn:aws:s3:::tickets/*"],
    };
    const arn = "arn:aws:lambda:eu-central-1:111122223333:function:desk";
    assert.deepEqual(named(resources, policyType, "triage"), policy(denial(arn), allowed));
  });

  it("allows the function's own code and Lambda itself, and no other function's code", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: lambda, subject: { lambda: {} } });
    });
    const own = named(resources, roleType, "triage") ?? assert.fail();
    const denies = (arn: string) => roleDenies(own, resources, { "lambda:SourceFunctionArn": arn });
    assert.equal(roleDenies(own, resources, {}), "no");
    assert.equal(denies(functionArn), "no");
    assert.equal(denies(`${functionArn}:7`), "no");
    assert.equal(denies(`${functionArn}2`), "yes");
    assert.equal(denies(functionArn.replace("111122223333", "444455556666")), "yes");
    assert.equal(denies(functionArn.replace("eu-central-1", "eu-west-1")), "yes");
  });

  it("gives a function its name, role, tags and environment", async () => {
    mocked();
    const triage = new Agent("triage", { tenant: lambda, subject: { lambda: {} } });
    assert.deepEqual(await values(triage.lambda), {
      name: "acme_triage",
      role: "arn:aws:iam::111122223333:role/agentid/acme/acme.triage",
      environment: { variables },
      tags,
    });
  });

  it("gives a pod nothing but an empty ServiceAccount, as Lambda gives the credentials", async () => {
    mocked();
    const { pod, serviceAccountName } = new Agent("triage", {
      tenant: lambda,
      subject: { lambda: {} },
    });
    assert.deepEqual([pod.spec.volumes, pod.container.env], [[], []]);
    assert.equal(await values(serviceAccountName), "");
  });

  it("limits names of functions to 64 characters, and keeps them distinct", async () => {
    mocked();
    const long = "a".repeat(62);
    const made = [`${long}b`, `${long}c`].map(
      (name) => new Agent(name, { tenant: lambda, subject: { lambda: {} } }).lambda.name,
    );
    const [first, second] = await values(made);
    assert.match(String(first), /^acme_a{48}-[0-9a-f]{10}$/);
    assert.match(String(second), /^acme_a{48}-[0-9a-f]{10}$/);
    assert.notEqual(first, second);
  });
});

describe("a workload of a service of AWS", () => {
  const refusals: Readonly<Record<string, readonly [() => unknown, string]>> = {
    "an account that is none": [
      () => new Tenant("acme", { federation: { ecs: { ...place, account: "1111" } } }),
      "tenant `acme`: ecs.account is `1111`; give the 12 digits of an AWS account",
    ],
    "a zone in place of a region": [
      () => new Tenant("acme", { federation: { lambda: { ...place, region: "eu-central-1a" } } }),
      "tenant `acme`: lambda.region is `eu-central-1a`; give a region such as `eu-central-1`",
    ],
    "any region": [
      () => new Tenant("acme", { federation: { ecs: { ...place, region: "*" } } }),
      "tenant `acme`: ecs.region is `*`; give a region such as `eu-central-1`",
    ],
    "no subject": [
      () => new Agent("triage", { tenant: lambda }),
      "agent `triage`: subject is missing; its federation is `lambda`, so give `subject.lambda`",
    ],
    "the subject of another service": [
      () => new Agent("triage", { tenant: lambda, subject: { ecs: {} } }),
      "agent `triage`: subject has `ecs`; its federation is `lambda`, so give `subject.lambda` alone",
    ],
    "an ARN as the name of a function": [
      () =>
        new Agent("triage", { tenant: lambda, subject: { lambda: { functionName: functionArn } } }),
      `agent \`triage\`: subject.lambda.functionName is \`${functionArn}\`; give the name of one function, up to 64 letters, digits, \`-\` and \`_\``,
    ],
    "a family with its revision": [
      () => new Agent("triage", { tenant: ecs, subject: { ecs: { family: "desk:3" } } }),
      "agent `triage`: subject.ecs.family is `desk:3`; give the name of one family, up to 255 letters, digits, `-` and `_`",
    ],
    "permissions that fit without what is denied alone": [
      () =>
        new Agent("triage", {
          tenant: lambda,
          subject: { lambda: {} },
          permissions: [{ actions: ["s3:GetObject"], resources: bucketsOf(10_100) }],
        }),
      "agent `triage`: permissions take `10504` characters; at most 10240 fit an inline policy; name fewer or shorter resources",
    ],
  };
  for (const [what, [declare, message]] of Object.entries(refusals)) {
    it(`refuses ${what}, before anything is registered`, () => {
      const seen = mocked();
      assert.throws(declare, { message });
      assert.deepEqual(seen(), []);
    });
  }

  it("takes as many permissions where nothing is denied", () => {
    mocked();
    const permissions = [{ actions: ["s3:GetObject"], resources: bucketsOf(10_100) }];
    assert.doesNotThrow(
      () => new Agent("triage", { tenant: ecs, subject: { ecs: {} }, permissions }),
    );
  });

  it("has a function or a family to itself", () => {
    mocked();
    const subject = { lambda: { functionName: "desk" } };
    new Agent("triage", { tenant: lambda, subject });
    assert.throws(() => new Tool("search", { tenant: lambda, subject }), {
      message:
        "tool `search`: `arn:aws:lambda:eu-central-1:111122223333:function:desk` already proves another workload, which could act as this one; give each workload a subject of its own",
    });
    new Agent("reply", { tenant: ecs, subject: { ecs: { family: "desk" } } });
    assert.throws(
      () => new Tool("refunds", { tenant: ecs, subject: { ecs: { family: "desk" } } }),
      {
        message:
          "tool `refunds`: `arn:aws:ecs:eu-central-1:111122223333:task-definition/desk` already proves another workload, which could act as this one; give each workload a subject of its own",
      },
    );
  });
});
