import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { Agent, LegacyTool, Tenant, type WorkloadArgs } from "../../components";
import {
  boundaryName,
  profileName,
  roleName,
  rolePath,
  safeName,
} from "../../components/arguments/naming";
import { acme, federation } from "./support/acme";
import { legacyArgs, outsideArgs } from "./legacy-tool/crm";
import { oauth2ProvidersOf, type RandomClient } from "./support/random-client";
import { federationOf, randomFederation, subjectOf } from "./support/random-federation";
import { alikeNames, randomName } from "./support/random-name";
import { mocked, registered, type Registered } from "./support/registered";
import { bucketsOf } from "./support/buckets";
import { withoutStackTraces } from "./support/stack-traces";
import { runs } from "../support/runs";

/** Name of an object in Kubernetes, and value of a label. Source: kubernetes.io, RFC 1123 labels. */
const label = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Name of an object that belongs to no namespace. Source: kubernetes.io, RFC 1123 subdomains. */
const subdomain =
  /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Source: IAM and STS quotas; the API references of IAM, Roles Anywhere, Secrets Manager, KMS and Bedrock AgentCore, of what
 * creates each; a secret's policy has 20,480 characters and a key's 32,768.
 */
const aws = {
  roleName: /^[\w+=,.@-]{1,64}$/,
  policyName: /^[\w+=,.@-]{1,128}$/,
  profileName: /^[ a-zA-Z0-9\-_]{1,255}$/,
  secretName: /^[\w/+=.@-]{1,512}$/,
  identityName: /^[A-Za-z0-9_.-]{3,255}$/,
  providerName: /^[a-zA-Z0-9_-]{1,128}$/,
  path: /^(?=.{1,512}$)(?:\/|\/[\u0021-\u007e]+\/)$/,
  tag: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u,
  trust: 2048,
  inlinePolicy: 10_240,
  managedPolicy: 6144,
  secretPolicy: 20_480,
  keyPolicy: 32_768,
} as const;

describe("names of any kind", () => {
  it("are shortened to what Kubernetes, IAM and Roles Anywhere take", () => {
    fc.assert(
      fc.property(randomName, randomName, (tenantName, workloadName) => {
        const [tenant, workload] = [safeName(tenantName), safeName(workloadName)];
        assert.match(tenant, label);
        assert.match(roleName(tenant, workload), aws.roleName);
        assert.match(boundaryName(tenant), aws.policyName);
        assert.match(profileName(tenant, workload), aws.profileName);
        assert.match(rolePath(tenant), aws.path);
      }),
      { numRuns: runs(750, 3_000) },
    );
  });

  it("stay distinct where they are similar", () => {
    fc.assert(
      fc.property(alikeNames, randomName, ([one, other], tenantName) => {
        assert.notEqual(safeName(one), safeName(other));
        const tenant = safeName(tenantName);
        assert.notEqual(roleName(tenant, safeName(one)), roleName(tenant, safeName(other)));
        assert.notEqual(roleName(safeName(one), tenant), roleName(safeName(other), tenant));
      }),
      { numRuns: runs(750, 3_000) },
    );
  });
});

/** A service of a name as long as may be, whose client's secret is made. */
const clients: readonly RandomClient[] = [
  { name: "a".repeat(32), vendor: "github", secret: "empty", isLate: false },
];

describe("what components make of names of any kind", () => {
  withoutStackTraces();

  it("fits the limits of AWS and Kubernetes, with every federation", async () => {
    await fc.assert(
      fc.asyncProperty(randomName, randomName, randomFederation, async (tenant, name, kind) => {
        const resources = await registered(() => {
          const { ref } = new Tenant("tenant", { name: tenant, federation: federationOf(kind) });
          const subject = subjectOf(kind, "agent");
          const permissions = [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::tickets"] }];
          const args: WorkloadArgs = { tenant: ref, name, permissions };
          new Agent("agent", {
            ...args,
            ...(subject !== undefined && { subject }),
            ...oauth2ProvidersOf({ id: "agent", clients, subject }),
          });
          const outside = subjectOf(kind, "key");
          new LegacyTool("key", {
            ...(outside === undefined ? legacyArgs : { ...outsideArgs, subject: outside }),
            tenant: ref,
            name: `${name}!`,
            apiKeyProvider: {},
          });
        });
        resources.forEach(fits);
      }),
      { numRuns: runs(75, 300) },
    );
  });
});

describe("names that are shortened to one another", () => {
  it("are refused for two workloads of a tenant", () => {
    mocked();
    new Agent("Rückgabe", { tenant: acme });
    assert.equal(safeName("Rückgabe"), "ruckgabe-6223760a65");
    assert.throws(() => new Agent("ruckgabe-6223760a65", { tenant: acme }), {
      message:
        "agent `ruckgabe-6223760a65`: name `ruckgabe-6223760a65` is already that of another workload of tenant `acme`; give another `name`",
    });
  });

  it("are refused for two tenants of an account", () => {
    mocked();
    new Tenant("Rückgabe", { federation });
    assert.throws(() => new Tenant("ruckgabe-6223760a65", { federation }), {
      message:
        "tenant `ruckgabe-6223760a65`: name `ruckgabe-6223760a65` is already that of another tenant; give another `name`",
    });
  });

  it("are refused where two workloads would have one role", () => {
    mocked();
    const tenant = { ...acme, name: "t".repeat(40) };
    const long = "w".repeat(40);
    new Agent("long", { tenant, name: long });
    const role = roleName(tenant.name, long);
    const [, other = ""] = role.split(".");
    assert.throws(() => new Agent("short", { tenant, name: other }), {
      message: `agent \`short\`: role name \`${role}\` is already that of another workload; give another \`name\``,
    });
  });

  it("are refused where two tenants of a cluster would have one namespace", () => {
    const namespace = safeName("Desk");
    for (const given of [{ namespace }, { existingNamespace: namespace }]) {
      mocked();
      new Tenant("acme", { federation, namespace: "Desk" });
      assert.throws(() => new Tenant("globex", { federation, ...given }), {
        message: `tenant \`globex\`: namespace \`${namespace}\` is already that of another tenant; give each tenant a namespace of its own`,
      });
    }
    mocked();
    new Tenant("acme", { federation, namespace: "Desk" });
    new Tenant("globex", { federation, namespace: "desk" });
  });

  it("are refused for a namespace that exists and cannot be one", () => {
    for (const existingNamespace of ["Desk", "a.b", "a".repeat(64), "", "-a"]) {
      mocked();
      assert.throws(() => new Tenant("acme", { federation, existingNamespace }), {
        message: `tenant \`acme\`: existingNamespace is \`${existingNamespace}\`; give lowercase letters, digits and \`-\` inside, at most 63`,
      });
    }
    mocked();
    new Tenant("acme", { federation, existingNamespace: "a".repeat(63) });
  });
});

describe("documents", () => {
  const permitting = (length: number) => [
    { actions: ["s3:GetObject"], resources: bucketsOf(13 + length) },
  ];

  it("of permissions fit an inline policy to the last character, and one more is refused", async () => {
    const [, , policy] = await registered(() => {
      new Agent("triage", { tenant: acme, permissions: permitting(1) });
    });
    const overhead = String(policy?.inputs["policy"]).length - 1;
    const longest = aws.inlinePolicy - overhead;
    const [, , full] = await registered(() => {
      new Agent("triage", { tenant: acme, permissions: permitting(longest) });
    });
    assert.equal(String(full?.inputs["policy"]).length, aws.inlinePolicy);
    mocked();
    assert.throws(
      () => new Agent("triage", { tenant: acme, permissions: permitting(longest + 1) }),
      {
        message:
          "agent `triage`: permissions take `10241` characters; at most 10240 fit an inline policy; name fewer or shorter resources",
      },
    );
  });

  it("of trust fit a role to the last character, and one more is refused", async () => {
    const tenant = { ...acme, federation: federationOf("oidc") };
    const trusted = (length: number) => () => {
      new Agent("triage", { tenant, subject: { oidc: { subject: "s".repeat(length) } } });
    };
    const trustOf = async (length: number): Promise<number> => {
      const roles = (await registered(trusted(length))).filter(
        ({ type }) => type === "aws:iam/role:Role",
      );
      return String(roles[0]?.inputs["assumeRolePolicy"]).length;
    };
    const longest = aws.trust - (await trustOf(1)) + 1;
    assert.equal(await trustOf(longest), aws.trust);
    mocked();
    assert.throws(trusted(longest + 1), {
      message:
        "agent `triage`: its trust policy takes `2049` characters; at most 2048 fit a role; shorten what its trust names: the workload's subject, its tenant's name, or the issuer",
    });
  });
});

function fits({ type, inputs }: Registered): void {
  const { name, path, tags, metadata } = inputs as {
    readonly name?: string;
    readonly path?: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly metadata?: {
      readonly name: string;
      readonly namespace?: string;
      readonly labels?: Readonly<Record<string, string>>;
    };
  };
  const shown = `${type} ${JSON.stringify(inputs)}`;
  if (path !== undefined) assert.match(path, aws.path, shown);
  for (const tag of Object.values(tags ?? {})) assert.match(tag, aws.tag, shown);
  for (const value of Object.values(metadata?.labels ?? {})) assert.match(value, label, shown);
  if (metadata !== undefined) {
    // Namespaces are labels, and so is a ServiceAccount's name, which is its workload's and a label of pods.
    const isLabel = /:(?:Namespace|ServiceAccount)$/.test(type);
    assert.match(metadata.name, isLabel ? label : subdomain, shown);
    if (metadata.namespace !== undefined) assert.match(metadata.namespace, label, shown);
  }
  const lengthOf = (property: string): number =>
    ((inputs[property] as string | undefined) ?? "").length;
  switch (type) {
    case "aws:iam/role:Role":
      assert.match(name ?? "", aws.roleName, shown);
      assert.ok(lengthOf("assumeRolePolicy") <= aws.trust, shown);
      assert.ok(lengthOf("description") <= 1000, shown);
      return;
    case "aws:iam/policy:Policy":
      assert.match(name ?? "", aws.policyName, shown);
      assert.ok(lengthOf("policy") <= aws.managedPolicy, shown);
      return;
    case "aws:iam/rolePolicy:RolePolicy":
      assert.ok(lengthOf("policy") <= aws.inlinePolicy, shown);
      return;
    case "aws:rolesanywhere/profile:Profile":
      assert.match(name ?? "", aws.profileName, shown);
      return;
    case "aws:secretsmanager/secret:Secret":
      assert.match(name ?? "", aws.secretName, shown);
      assert.ok(lengthOf("description") <= 2048, shown);
      return;
    case "aws:secretsmanager/secretPolicy:SecretPolicy":
      assert.ok(lengthOf("policy") <= aws.secretPolicy, shown);
      return;
    case "aws:kms/key:Key":
      assert.ok(lengthOf("policy") <= aws.keyPolicy, shown);
      assert.ok(lengthOf("description") <= 8192, shown);
      return;
    case "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity":
      assert.match(name ?? "", aws.identityName, shown);
      return;
    case "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider":
    case "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider":
      assert.match(name ?? "", aws.providerName, shown);
  }
}
