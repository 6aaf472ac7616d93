import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { LegacyTool, type LegacyToolArgs } from "../../../components";
import { secretValue } from "../../../components/stored-secret/arguments";
import { acme } from "../support/acme";
import { mocked } from "../support/registered";
import { issued, legacyArgs, secretArn, writerArn } from "./crm";

/** The message of a refusal, once sure that nothing was registered. */
function refusal(args: Partial<LegacyToolArgs>): string {
  const seen = mocked();
  let message = "accepted";
  try {
    new LegacyTool("crm", { ...legacyArgs, ...args });
  } catch (error) {
    message = (error as Error).message;
  }
  if (message !== "accepted") assert.deepEqual(seen(), []);
  return message;
}

const value = pulumi.secret("s3cr3t-value");
const rotated = (rotation: Partial<LegacyToolArgs["rotation"]>) => ({
  rotation: { ...legacyArgs.rotation, ...rotation },
});
const external = { store: "vault", remoteKey: "acme/crm" };
const outside = {
  tenant: {
    ...acme,
    federation: {
      github: {
        providerArn: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
        owner: "acme",
        ownerId: "1",
      },
    },
  },
  subject: { github: { repository: "crm", repositoryId: "2", environment: "prod" } },
};

const rejects: Readonly<Record<string, readonly [Partial<LegacyToolArgs>, string]>> = {
  "a key kept nowhere": [
    { key: {} },
    "key is empty; give exactly one of `secretsManager`, `existingSecret`, `externalSecret`",
  ],
  "a key kept twice": [
    { key: { secretsManager: {}, externalSecret: external } },
    "key has `secretsManager` and `externalSecret`; give exactly one of `secretsManager`, `existingSecret`, `externalSecret`",
  ],
  "a key in clear, which it does not show": [
    { key: { secretsManager: { value: "s3cr3t-value", writerArn } } },
    'key.secretsManager.value is in plain text; give a Pulumi secret, such as `config.requireSecret("key")`, or leave it out and put it into the secret afterwards',
  ],
  "a key that nobody may write": [
    { key: { secretsManager: { value } } },
    "key.secretsManager.value is set without `writerArn`; give the ARN of the role that runs Pulumi, or leave the value out and put it into the secret afterwards",
  ],
  "a writer that is no role": [
    { key: { secretsManager: { writerArn: "arn:aws:iam::111122223333:root" } } },
    "key.secretsManager.writerArn `arn:aws:iam::111122223333:root` is no role; give an ARN such as `arn:aws:iam::111122223333:role/deployer`",
  ],
  "writers by a pattern": [
    { key: { existingSecret: { arn: secretArn, writerArn: "arn:aws:iam::111122223333:role/*" } } },
    "key.existingSecret.writerArn `arn:aws:iam::111122223333:role/*` is no role; give an ARN such as `arn:aws:iam::111122223333:role/deployer`",
  ],
  "a writer that is another workload": [
    {
      key: {
        secretsManager: { writerArn: "arn:aws:iam::111122223333:role/agentid/acme/acme.triage" },
      },
    },
    "key.secretsManager.writerArn `arn:aws:iam::111122223333:role/agentid/acme/acme.triage` is the role of a workload, which would read the secret as well; give the role that deploys or rotates",
  ],
  "an existing secret by its name": [
    { key: { existingSecret: { arn: "crm" } } },
    "key.existingSecret.arn `crm` is no whole ARN of a secret; give what `aws secretsmanager describe-secret` shows as `ARN`, with its six characters at the end",
  ],
  "an existing secret without the end of its ARN": [
    { key: { existingSecret: { arn: secretArn.slice(0, -7) } } },
    `key.existingSecret.arn \`${secretArn.slice(0, -7)}\` is no whole ARN of a secret; give what \`aws secretsmanager describe-secret\` shows as \`ARN\`, with its six characters at the end`,
  ],
  "existing secrets by a pattern": [
    { key: { existingSecret: { arn: secretArn.replace("CrmKey", "??????") } } },
    `key.existingSecret.arn \`${secretArn.replace("CrmKey", "??????")}\` is no whole ARN of a secret; give what \`aws secretsmanager describe-secret\` shows as \`ARN\`, with its six characters at the end`,
  ],
  "an existing secret of another account": [
    { key: { existingSecret: { arn: secretArn.replace("111122223333", "444455556666") } } },
    `key.existingSecret.arn \`${secretArn.replace("111122223333", "444455556666")}\` is of account \`444455556666\`, and the workload's role of \`111122223333\`; give a secret of the same account`,
  ],
  "an alias in place of a KMS key": [
    {
      key: {
        existingSecret: {
          arn: secretArn,
          kmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:alias/crm",
        },
      },
    },
    "key.existingSecret.kmsKeyArn `arn:aws:kms:eu-central-1:111122223333:alias/crm` is no ARN of a KMS key; give one such as `arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d`",
  ],
  "a store of no name": [
    { key: { externalSecret: { ...external, store: "Vault_1" } } },
    "key.externalSecret.store is `Vault_1`; give the name of a store",
  ],
  "an unknown kind of store": [
    { key: { externalSecret: { ...external, storeKind: "Store" } } },
    "key.externalSecret.storeKind `Store` is unknown; give `SecretStore` or `ClusterSecretStore`",
  ],
  "an external secret of no name": [
    { key: { externalSecret: { ...external, remoteKey: " " } } },
    "key.externalSecret.remoteKey is ` `; give the name of a secret",
  ],
  "an empty property": [
    { key: { externalSecret: { ...external, property: "" } } },
    "key.externalSecret.property is ``; give the name of a property",
  ],
  "an external secret outside Kubernetes": [
    { ...outside, egress: undefined as never, key: { externalSecret: external } },
    "key.externalSecret is set, but the tool has no namespace to bring it into; give `secretsManager` or `existingSecret`",
  ],
  "a provider of AgentCore for an external secret": [
    { key: { externalSecret: external }, apiKeyProvider: {} },
    "apiKeyProvider is set, but AgentCore reads keys only from Secrets Manager; give `secretsManager` or `existingSecret`",
  ],
  "a field of no name": [
    { apiKeyProvider: { jsonKey: "" } },
    "apiKeyProvider.jsonKey is ``; give the name of a field, 1 to 64 letters, digits, `_`, `.` or `-`",
  ],
  "an URL as host": [
    { host: "https://crm.example.com/" },
    "host is `https://crm.example.com/`; give the name of the platform's host, such as `crm.example.com`",
  ],
  "any host": [
    { host: "*.example.com" },
    "host is `*.example.com`; give the name of the platform's host, such as `crm.example.com`",
  ],
  "no address": [
    { egress: [] },
    "egress names no address; give those of the host, as a NetworkPolicy matches no names",
  ],
  "every address": [
    { egress: [{ cidr: "0.0.0.0/0", ports: [443] }] },
    "egress[0].cidr `0.0.0.0/0` is wider than a host needs; give at most 65536 addresses, such as a `/16`, or the `namespace` of a proxy that resolves names",
  ],
  "one address too many": [
    { egress: [...(legacyArgs.egress ?? []), { cidr: "10.0.0.0/15", ports: [443] }] },
    "egress[1].cidr `10.0.0.0/15` is wider than a host needs; give at most 65536 addresses, such as a `/16`, or the `namespace` of a proxy that resolves names",
  ],
  "too wide a range of IPv6": [
    { egress: [{ cidr: "2001:db8::/64", ports: [443] }] },
    "egress[0].cidr `2001:db8::/64` is wider than a host needs; give at most 65536 addresses, such as a `/16`, or the `namespace` of a proxy that resolves names",
  ],
  "the metadata service": [
    { egress: [{ cidr: "169.254.169.254/32", ports: [80] }] },
    "egress[0].cidr `169.254.169.254/32` is the metadata service, which gives pods the node's identity; leave it out",
  ],
  "egress outside Kubernetes": [
    outside,
    "egress is set, but the tool runs outside Kubernetes, without NetworkPolicies; leave it out",
  ],
  "direct callers": [
    { directCallers: ["arn:aws:iam::111122223333:role/agentid/acme/acme.triage"] } as never,
    "directCallers is set, but a tool with the key of a legacy platform is reached by grants only; leave it out",
  ],
  "permissions that leave no room": [
    {
      permissions: [
        {
          actions: ["s3:GetObject"],
          resources: Array.from(
            { length: 160 },
            (_, n) => `arn:aws:s3:::bucket-${n}/${"x".repeat(30)}`,
          ),
        },
      ],
    },
    "permissions take `9106` characters; at most 8000 fit beside what reads the key; name fewer or shorter resources",
  ],
  "a day that is none": [
    rotated({ rotateBefore: "2026-11-31" }),
    "rotation.rotateBefore `2026-11-31` is no day; give one such as `2026-11-01`",
  ],
  "a day in other words": [
    rotated({ issued: "1 November 2026" }),
    "rotation.issued `1 November 2026` is no day; give one such as `2026-11-01`",
  ],
  "a day that a stack's settings have without quotes": [
    rotated({ issued: "2026-11-01 00:00:00 +0000 UTC" }),
    "rotation.issued `2026-11-01 00:00:00 +0000 UTC` is no day; give one such as `2026-11-01`, in quotes in YAML",
  ],
  "a rotation before the key is there": [
    rotated({ rotateBefore: issued }),
    "rotation.rotateBefore `2026-11-01` is not after `2026-11-01`, when it was issued; give a later day",
  ],
  "a key of 91 days": [
    rotated({ rotateBefore: "2027-01-31" }),
    "rotation.rotateBefore `2027-01-31` is 91 days after `2026-11-01`; at most 90 are allowed, so give `2027-01-30` or earlier",
  ],
  "a key that is due today": [
    rotated({ today: "2027-01-30" }),
    "rotation.rotateBefore `2027-01-30` has come, as today is `2027-01-30`; have a new one issued, put it in place, and give both days anew",
  ],
  "a key of tomorrow": [
    rotated({ today: "2026-10-31" }),
    "rotation.issued `2026-11-01` is after today, `2026-10-31`; give the day on which it was issued",
  ],
};

const accepts: Readonly<Record<string, Partial<LegacyToolArgs>>> = {
  "a value that is a secret": { key: { secretsManager: { value, writerArn } } },
  "an existing secret": { key: { existingSecret: { arn: secretArn } } },
  "an existing secret that is an output": {
    key: { existingSecret: { arn: pulumi.output(secretArn) } },
  },
  "an external secret": { key: { externalSecret: external } },
  "an external secret of the whole cluster's store": {
    key: { externalSecret: { ...external, storeKind: "ClusterSecretStore", property: "key" } },
  },
  "as many addresses as a network has": { egress: [{ cidr: "10.0.0.0/16", ports: [443] }] },
  "a range of IPv6": { egress: [{ cidr: "2001:db8::/112", ports: [443] }] },
  "a proxy's namespace": { egress: [{ namespace: "egress-proxy", ports: [3128] }] },
  "a tool outside Kubernetes": { ...outside, egress: undefined as never },
  "a key's last day": rotated({ today: "2027-01-29" }),
  "a key's first day": rotated({ today: issued }),
  "a key of a day": rotated({ rotateBefore: "2026-11-02" }),
  "a leap day": rotated({ issued: "2028-02-29", rotateBefore: "2028-03-01" }),
};

describe("arguments of a LegacyTool", () => {
  for (const [name, [args, message]] of Object.entries(rejects)) {
    it(`refuse ${name}, before anything is registered`, () => {
      assert.equal(refusal(args), `tool \`crm\`: ${message}`);
    });
  }

  for (const [name, args] of Object.entries(accepts)) {
    it(`allow ${name}`, () => {
      assert.equal(refusal(args), "accepted");
    });
  }

  it("refuse an output in plain text, without showing it", async () => {
    const read = secretValue("tool `crm`", "key", pulumi.output("s3cr3t-value"));
    await assert.rejects((read as unknown as { promise: () => Promise<unknown> }).promise(), {
      message:
        'tool `crm`: key.secretsManager.value is in plain text; give a Pulumi secret, such as `config.requireSecret("key")`, or leave it out and put it into the secret afterwards',
    });
  });

  it("keep a value secret", async () => {
    assert.equal(await pulumi.isSecret(secretValue("tool `crm`", "key", value)), true);
  });

  const keys = {
    "the same existing secret": { existingSecret: { arn: secretArn } },
    "its replica in another region": {
      existingSecret: { arn: secretArn.replace("eu-central-1", "eu-west-1") },
    },
    "a secret of its name in a store": { externalSecret: { store: "aws", remoteKey: "crm" } },
  };
  for (const [what, key] of Object.entries(keys)) {
    it(`refuse a second tool with ${what}, before any of it is registered`, () => {
      const seen = mocked();
      new LegacyTool("crm", { ...legacyArgs, key: { existingSecret: { arn: secretArn } } });
      assert.throws(() => new LegacyTool("crm-2", { ...legacyArgs, key }), {
        message:
          "tool `crm-2`: the secret `crm` is already used by another workload, and a log could not distinguish them; have one issued for each, under a name of its own",
      });
      assert.ok(!seen().some(({ name }) => name.startsWith("crm-2")));
    });
  }
});
