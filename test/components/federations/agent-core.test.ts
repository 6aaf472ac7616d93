import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Tenant, Tool, type TenantRef } from "../../../components";
import { runtimeNameOf } from "../../../components/arguments/naming";
import { mocked, registered } from "../support/registered";
import { named, roleAdmits, type Request } from "../support/trust";

const place = { account: "111122223333", region: "eu-central-1" };
const federation = { agentCore: place };
const acme: TenantRef = {
  name: "acme",
  namespace: "acme",
  boundaryArn: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
  federation,
};
const tags = {
  "agentid.dev/tenant": "acme",
  "agentid.dev/kind": "agent",
  "agentid.dev/workload": "triage",
};
const under = "agentid:index:Agent";
const subject = { agentCore: {} };
const arn = "arn:aws:bedrock-agentcore:eu-central-1:111122223333";
const directory = `${arn}:workload-identity-directory/default`;
const roleType = "aws:iam/role:Role";
const identityType = "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity";

const trust = (runtime: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "bedrock-agentcore.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": "111122223333" },
        ArnLike: { "aws:SourceArn": `${arn}:runtime/${runtime}-??????????` },
      },
    },
  ],
});

const proveWorkload = {
  Sid: "ProveWorkload",
  Effect: "Allow",
  Action: [
    "bedrock-agentcore:GetWorkloadAccessToken",
    "bedrock-agentcore:GetWorkloadAccessTokenForJWT",
  ],
  Resource: [directory, `${directory}/workload-identity/acme.triage`],
};

const expected = [
  { type: identityType, name: "triage", under, inputs: { name: "acme.triage" } },
  {
    type: roleType,
    name: "triage",
    under,
    inputs: {
      name: "acme.triage",
      path: "/agentid/acme/",
      description: "Identity of agent triage",
      assumeRolePolicy: JSON.stringify(trust("acme_triage")),
      permissionsBoundary: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
      maxSessionDuration: 3600,
      tags,
    },
  },
  {
    type: "aws:iam/rolePolicy:RolePolicy",
    name: "triage",
    under,
    inputs: {
      name: "permissions",
      role: "acme.triage",
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [proveWorkload] }),
    },
  },
];

const request = (sourceArn: string, account = "111122223333"): Request => ({
  principal: { type: "Service", value: "bedrock-agentcore.amazonaws.com" },
  action: "sts:AssumeRole",
  keys: { "aws:SourceAccount": account, "aws:SourceArn": sourceArn },
});

describe("a tenant of Bedrock AgentCore", () => {
  it("makes one role and one workload identity for a workload, and nothing else", async () => {
    for (const tenant of [acme, pulumi.output(acme)]) {
      const resources = await registered(() => {
        new Agent("triage", { tenant, subject });
      });
      assert.deepEqual(resources.slice(1), expected);
    }
  });

  it("has all documents in the preview of a new stack", async () => {
    const resources = await registered(
      () => {
        const tenant = new Tenant("acme", { federation });
        new Agent("triage", { tenant: tenant.ref, subject });
      },
      { preview: true },
    );
    assert.deepEqual(
      named(resources, roleType, "triage")?.inputs["assumeRolePolicy"],
      JSON.stringify(trust("acme_triage")),
    );
  });

  it("trusts the runtime of its name, and nothing else that AgentCore runs", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme, subject });
    });
    const trusts = (requested: Request) =>
      roleAdmits(named(resources, roleType, "triage"), requested);
    assert.equal(trusts(request(`${arn}:runtime/acme_triage-a1B2c3D4e5`)), "yes");
    const misses = [
      `${arn}:runtime/acme_triage2-a1B2c3D4e5`,
      `${arn}:runtime/acme_triage_x-a1B2c3D4e5`,
      `${arn}:runtime/globex_triage-a1B2c3D4e5`,
      `${arn}:code-interpreter/acme_triage-a1B2c3D4e5`,
      `${arn}:browser/acme_triage-a1B2c3D4e5`,
      `${arn}:gateway/acme_triage-a1b2c3d4e5`,
      `${arn.replace("eu-central-1", "eu-west-1")}:runtime/acme_triage-a1B2c3D4e5`,
    ];
    for (const miss of misses) assert.equal(trusts(request(miss)), "no", miss);
    const own = `${arn}:runtime/acme_triage-a1B2c3D4e5`;
    assert.equal(trusts(request(own, "444455556666")), "no");
    assert.equal(
      trusts({ ...request(own), principal: { type: "Service", value: "bedrock.amazonaws.com" } }),
      "no",
    );
  });

  it("takes the runtime's name and where people are sent back to", async () => {
    const url = "https://desk.example.com/agreed";
    const given = { agentCore: { runtimeName: "Desk_1", returnUrls: [url] } };
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme, subject: given });
    });
    assert.deepEqual(named(resources, identityType, "triage")?.inputs, {
      name: "acme.triage",
      allowedResourceOauth2ReturnUrls: [url],
    });
    assert.equal(
      named(resources, roleType, "triage")?.inputs["assumeRolePolicy"],
      JSON.stringify(trust("Desk_1")),
    );
  });

  it("gives a runtime its name, role, tags and environment, and names the workload identity", async () => {
    mocked();
    const { agentCoreRuntime } = new Agent("triage", { tenant: acme, subject });
    const values = await new Promise((resolve) => {
      pulumi.output(agentCoreRuntime).apply(resolve);
    });
    assert.deepEqual(values, {
      agentRuntimeName: "acme_triage",
      roleArn: "arn:aws:iam::111122223333:role/agentid/acme/acme.triage",
      environmentVariables: {
        AGENTID_TENANT: "acme",
        AGENTID_WORKLOAD: "triage",
        AGENTID_WORKLOAD_IDENTITY: "acme.triage",
      },
      tags,
      workloadIdentityName: "acme.triage",
    });
  });

  it("has a runtime to itself", () => {
    mocked();
    const given = { agentCore: { runtimeName: "desk" } };
    new Agent("triage", { tenant: acme, subject: given });
    assert.throws(() => new Tool("search", { tenant: acme, subject: given }), {
      message: `tool \`search\`: \`${arn}:runtime/desk\` already proves another workload, which could act as this one; give each workload a subject of its own`,
    });
  });

  const refusals: Readonly<Record<string, readonly [object, string]>> = {
    "a name that AgentCore does not take": [
      { runtimeName: "acme-triage" },
      "subject.agentCore.runtimeName is `acme-triage`; give the name of one runtime, a letter and up to 47 letters, digits and `_`",
    ],
    "any runtime": [
      { runtimeName: "*" },
      "subject.agentCore.runtimeName is `*`; give the name of one runtime, a letter and up to 47 letters, digits and `_`",
    ],
    "an address without protection": [
      { returnUrls: ["http://desk.example.com"] },
      "subject.agentCore.returnUrls has `http://desk.example.com`; give whole `https` addresses, such as `https://desk.example.com/agreed`",
    ],
    "any address": [
      { returnUrls: ["https://*.example.com"] },
      "subject.agentCore.returnUrls has `https://*.example.com`; give whole `https` addresses, such as `https://desk.example.com/agreed`",
    ],
  };
  for (const [what, [agentCore, problem]] of Object.entries(refusals)) {
    it(`refuses ${what}, before anything is registered`, () => {
      const seen = mocked();
      assert.throws(() => new Agent("triage", { tenant: acme, subject: { agentCore } }), {
        message: `agent \`triage\`: ${problem}`,
      });
      assert.deepEqual(seen(), []);
    });
  }
});

describe("the usual name of a runtime", () => {
  const valid = /^[A-Za-z][A-Za-z0-9_]{0,47}$/;

  it("is tenant and workload, where AgentCore takes that", () => {
    assert.equal(runtimeNameOf("acme", "triage"), "acme_triage");
    assert.equal(
      runtimeNameOf("a".repeat(20), "b".repeat(27)),
      `${"a".repeat(20)}_${"b".repeat(27)}`,
    );
  });

  it("fits and ends in a hash otherwise, so that no two workloads have one", () => {
    const pairs = [
      ["a-b", "c"],
      ["a", "b-c"],
      ["1a", "b"],
      ["w1a", "b"],
      ["a".repeat(63), "b"],
      ["a".repeat(63), "c"],
      ["a".repeat(20), "b".repeat(28)],
    ] as const;
    const names = pairs.map(([tenant, workload]) => runtimeNameOf(tenant, workload));
    for (const name of names) assert.match(name, valid);
    assert.equal(new Set(names).size, names.length);
    assert.match(runtimeNameOf("a-b", "c"), /^a_b_c_[0-9a-f]{10}$/);
  });
});
