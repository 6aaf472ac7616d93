import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Orchestrator, Tenant, Tool, type WorkloadPod } from "../../../components";
import { acme, federation, issuer, providerArn } from "../support/acme";
import { mocked, registered, type Registered } from "../support/registered";

function trustIn(namespace: string, serviceAccount: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
            [`${issuer}:aud`]: "sts.amazonaws.com",
          },
        },
      },
    ],
  });
}

function identity(type: string, kind: string): readonly Registered[] {
  const labels = {
    "agentid.dev/tenant": "acme",
    "agentid.dev/kind": kind,
    "agentid.dev/workload": "triage",
  };
  return [
    {
      type: "aws:iam/role:Role",
      name: "triage",
      under: type,
      inputs: {
        name: "acme.triage",
        path: "/agentid/acme/",
        description: `Identity of ${kind} triage`,
        assumeRolePolicy: trustIn("acme", "triage"),
        permissionsBoundary: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
        maxSessionDuration: 3600,
        tags: labels,
      },
    },
    {
      type: "kubernetes:core/v1:ServiceAccount",
      name: "triage",
      under: type,
      inputs: {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: {
          name: "triage",
          namespace: "acme",
          labels,
          annotations: {
            "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/agentid/acme/acme.triage",
            "eks.amazonaws.com/token-expiration": "3600",
          },
        },
        automountServiceAccountToken: false,
      },
    },
  ];
}

const declared = {
  name: "triage",
  tenant: acme,
  autonomy: "supervised",
  risk: { sensitivity: "internal", effects: [] },
  permissions: [],
  session: "1h",
};

describe("Agent", () => {
  it("makes one role and one ServiceAccount, and nothing else", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme });
    });
    assert.deepEqual(resources, [
      {
        type: "agentid:index:Agent",
        name: "triage",
        under: "pulumi:pulumi:Stack",
        inputs: { kind: "agent", ...declared, grants: [] },
      },
      ...identity("agentid:index:Agent", "agent"),
    ]);
  });

  it("states its grants with their defaults", async () => {
    const [component] = await registered(() => {
      new Agent("triage", {
        tenant: acme,
        autonomy: "autonomous",
        grants: [
          {
            tool: { tenant: "acme", name: "refunds", risk: { effects: ["payment"] } },
            intents: ["refund"],
            conditions: [
              { key: "cents", atMost: 5000 },
              { key: "region", oneOf: ["eu"] },
              { key: "trial", is: false },
            ],
            approval: "human",
            maxSeconds: 60,
          },
          { tool: { tenant: "acme", name: "search" }, intents: ["find", "list"] },
        ],
      });
    });
    assert.deepEqual(component?.inputs["grants"], [
      {
        tool: { tenant: "acme", name: "refunds", risk: { effects: ["payment"] } },
        intents: ["refund"],
        conditions: [
          { key: "cents", atMost: 5000 },
          { key: "region", oneOf: ["eu"] },
          { key: "trial", is: false },
        ],
        approval: "human",
        maxSeconds: 60,
      },
      {
        tool: { tenant: "acme", name: "search" },
        intents: ["find", "list"],
        approval: "none",
        maxSeconds: 300,
      },
    ]);
    assert.equal(component.inputs["autonomy"], "autonomous");
  });
});

describe("Orchestrator", () => {
  it("makes one role and one ServiceAccount, and nothing else", async () => {
    const resources = await registered(() => {
      new Orchestrator("triage", { tenant: acme });
    });
    assert.deepEqual(resources, [
      {
        type: "agentid:index:Orchestrator",
        name: "triage",
        under: "pulumi:pulumi:Stack",
        inputs: { kind: "orchestrator", ...declared, grants: [] },
      },
      ...identity("agentid:index:Orchestrator", "orchestrator"),
    ]);
  });
});

describe("Tool", () => {
  it("makes one role and one ServiceAccount, and nothing else", async () => {
    const resources = await registered(() => {
      new Tool("triage", { tenant: acme });
    });
    assert.deepEqual(resources, [
      {
        type: "agentid:index:Tool",
        name: "triage",
        under: "pulumi:pulumi:Stack",
        inputs: { kind: "tool", ...declared },
      },
      ...identity("agentid:index:Tool", "tool"),
    ]);
  });

  it("gives the reference that grants name it by", () => {
    mocked();
    const tool = new Tool("acme-refunds", {
      name: "refunds",
      tenant: acme,
      risk: { sensitivity: "restricted", effects: ["payment"] },
    });
    assert.deepEqual(tool.ref, {
      tenant: "acme",
      name: "refunds",
      risk: { sensitivity: "restricted", effects: ["payment"] },
    });
  });
});

describe("a workload", () => {
  it("puts its permissions, and nothing else, into one inline policy", async () => {
    const resources = await registered(() => {
      new Tool("search", {
        tenant: acme,
        permissions: [
          { actions: ["s3:GetObject"], resources: [pulumi.interpolate`arn:aws:s3:::tickets/*`] },
          {
            actions: ["s3:ListBucket"],
            resources: ["arn:aws:s3:::tickets"],
            conditions: [
              { test: "StringEquals", variable: "aws:SourceVpce", values: ["vpce-1"] },
              { test: "StringEquals", variable: "s3:prefix", values: ["open/", "closed/"] },
            ],
          },
        ],
      });
    });
    const policies = resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(policies, [
      {
        type: "aws:iam/rolePolicy:RolePolicy",
        name: "search",
        under: "agentid:index:Tool",
        inputs: {
          name: "permissions",
          role: "acme.search",
          policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: ["s3:GetObject"],
                Resource: ["arn:aws:s3:::tickets/*"],
              },
              {
                Effect: "Allow",
                Action: ["s3:ListBucket"],
                Resource: ["arn:aws:s3:::tickets"],
                Condition: {
                  StringEquals: {
                    "aws:SourceVpce": ["vpce-1"],
                    "s3:prefix": ["open/", "closed/"],
                  },
                },
              },
            ],
          }),
        },
      },
    ]);
  });

  it("has its trust document in the preview of a new stack, though neither boundary nor role exists", async () => {
    const resources = await registered(
      () => {
        const tenant = new Tenant("acme", { federation });
        new Agent("triage", { tenant: tenant.ref });
      },
      { preview: true },
    );
    const role = resources.find(({ type }) => type === "aws:iam/role:Role");
    assert.equal(role?.inputs["assumeRolePolicy"], trustIn("acme", "triage"));
    assert.equal(role.inputs["maxSessionDuration"], 3600);
    const account = resources.find(({ type }) => type === "kubernetes:core/v1:ServiceAccount");
    const metadata = account?.inputs["metadata"] as Record<string, unknown>;
    assert.equal(metadata["namespace"], "acme");
  });

  it("takes a tenant that is an output, as one from another stack is", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: pulumi.output(acme) });
    });
    assert.deepEqual(resources.slice(1), identity("agentid:index:Agent", "agent"));
  });

  it("takes the name within its tenant, distinct from the resource's", async () => {
    const [, role, account] = await registered(() => {
      new Agent("acme-triage", { name: "triage", tenant: acme });
    });
    assert.equal(role?.name, "acme-triage");
    assert.equal(role.inputs["name"], "acme.triage");
    assert.equal((account?.inputs["metadata"] as Record<string, unknown>)["name"], "triage");
  });

  it("limits its role's sessions as configured", async () => {
    const [, role] = await registered(() => {
      new Agent("triage", { tenant: { ...acme, maxSession: "4h" }, session: "2h" });
    });
    assert.equal(role?.inputs["maxSessionDuration"], 7200);
  });

  it("gives pods its account, a token for STS alone, and what an AWS SDK reads", async () => {
    let pod: WorkloadPod | undefined;
    await registered(() => {
      pod = new Agent("triage", { tenant: acme }).pod;
    });
    assert.ok(pod !== undefined);
    assert.deepEqual(await resolved(pod), {
      labels: {
        "agentid.dev/tenant": "acme",
        "agentid.dev/kind": "agent",
        "agentid.dev/workload": "triage",
      },
      spec: {
        serviceAccountName: "triage",
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        volumes: [
          {
            name: "aws-iam-token",
            projected: {
              sources: [
                {
                  serviceAccountToken: {
                    audience: "sts.amazonaws.com",
                    expirationSeconds: 3600,
                    path: "token",
                  },
                },
              ],
            },
          },
        ],
      },
      container: {
        env: [
          {
            name: "AWS_ROLE_ARN",
            value: "arn:aws:iam::111122223333:role/agentid/acme/acme.triage",
          },
          {
            name: "AWS_WEB_IDENTITY_TOKEN_FILE",
            value: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
          },
          { name: "AWS_ROLE_SESSION_NAME", value: "triage" },
        ],
        volumeMounts: [
          {
            name: "aws-iam-token",
            mountPath: "/var/run/secrets/eks.amazonaws.com/serviceaccount",
            readOnly: true,
          },
        ],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    });
  });
});

function resolved(value: unknown): Promise<unknown> {
  return (pulumi.output(value) as unknown as { promise: () => Promise<unknown> }).promise();
}
