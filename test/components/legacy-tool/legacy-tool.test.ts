import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { LegacyTool, Tenant, type LegacyToolArgs } from "../../../components";
import { acme, federation } from "../support/acme";
import { toDns } from "../support/isolation";
import { mocked, registered, type Registered } from "../support/registered";
import { named } from "../support/trust";
import { legacyArgs, secretArn, writerArn } from "./crm";

const labels = {
  "agentid.dev/tenant": "acme",
  "agentid.dev/kind": "tool",
  "agentid.dev/workload": "crm",
};
const marks = {
  "agentid.dev/host": "crm.example.com",
  "agentid.dev/rotate-before": "2027-01-30",
};
const roleArn = "arn:aws:iam::111122223333:role/agentid/acme/acme.crm";
const madeArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:agentid/acme/crm-AbCd12";

const types = {
  externalSecret: "kubernetes:external-secrets.io/v1:ExternalSecret",
  identity: "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity",
  key: "aws:kms/key:Key",
  networkPolicy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  policy: "aws:secretsmanager/secretPolicy:SecretPolicy",
  provider: "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  secret: "aws:secretsmanager/secret:Secret",
  version: "aws:secretsmanager/secretVersion:SecretVersion",
} as const;

function made(args: Partial<LegacyToolArgs> = {}): Promise<readonly Registered[]> {
  return registered(() => {
    new LegacyTool("crm", { ...legacyArgs, ...args });
  });
}

function inputsOf(
  resources: readonly Registered[],
  type: keyof typeof types,
): Record<string, unknown> | undefined {
  return named(resources, types[type], type === "networkPolicy" ? "crm-egress" : "crm-key")?.inputs;
}

function documentIn(inputs: Record<string, unknown> | undefined): unknown {
  return JSON.parse(String(inputs?.["policy"]));
}

const children = (resources: readonly Registered[]) =>
  resources.map(({ type, name, under }) => `${under} > ${type} ${name}`);

/** What is made of a key in Secrets Manager, beside what any tool has. */
const component = "agentid:index:LegacyTool";
const ofTool = [
  `${component} > aws:iam/role:Role crm`,
  `${component} > kubernetes:core/v1:ServiceAccount crm`,
];

describe("a LegacyTool", () => {
  it("makes a secret, its KMS key and what guards them, and nothing else", async () => {
    assert.deepEqual(
      children(await made()),
      [
        `pulumi:pulumi:Stack > ${component} crm`,
        ...ofTool,
        `${component} > ${types.rolePolicy} crm-key`,
        `${component} > ${types.key} crm-key`,
        `${component} > ${types.secret} crm-key`,
        `${component} > ${types.policy} crm-key`,
        `${component} > ${types.networkPolicy} crm-egress`,
      ].sort(byType),
    );
  });

  it("states what it was declared with, and until when its key is good", async () => {
    const [declared] = await made();
    assert.deepEqual(declared?.inputs, {
      kind: "tool",
      name: "crm",
      tenant: acme,
      autonomy: "supervised",
      risk: { sensitivity: "internal", effects: [] },
      permissions: [],
      session: "1h",
      host: "crm.example.com",
      key: { secretsManager: {} },
      rotation: { issued: "2026-11-01", rotateBefore: "2027-01-30" },
      egress: legacyArgs.egress,
    });
  });

  it("names the secret by tenant and tool, with host and last day in its tags", async () => {
    assert.deepEqual(inputsOf(await made(), "secret"), {
      name: "agentid/acme/crm",
      description: "Key of tool crm for crm.example.com, to be rotated before 2027-01-30",
      kmsKeyId: "arn:aws:kms:eu-central-1:111122223333:key/crm-key",
      tags: { ...labels, ...marks },
    });
  });

  it("allows only its role to decrypt, through Secrets Manager and only that secret", async () => {
    const key = inputsOf(await made(), "key");
    assert.deepEqual(
      { ...key, policy: documentIn(key) },
      {
        description: "Encrypts the key of tool crm",
        enableKeyRotation: true,
        tags: { ...labels, ...marks },
        policy: keyDocument([roleArn]),
      },
    );
  });

  it("denies everyone but its role to read, and nothing else", async () => {
    const policy = inputsOf(await made(), "policy");
    assert.deepEqual(
      { ...policy, policy: documentIn(policy) },
      { secretArn: madeArn, blockPublicPolicy: true, policy: secretDocument([roleArn]) },
    );
  });

  it("denies reading in sessions of the tenant's broker, since an agent acts in them", async () => {
    const broker = { roleArn: "arn:aws:iam::111122223333:role/platform/acme-broker" };
    const [statement] = (secretDocument([roleArn]) as { Statement: unknown[] }).Statement;
    for (const tenant of [{ ...acme, broker }, pulumi.output({ ...acme, broker })]) {
      assert.deepEqual(documentIn(inputsOf(await made({ tenant }), "policy")), {
        Version: "2012-10-17",
        Statement: [
          statement,
          {
            Sid: "DenyReadingForOthers",
            Effect: "Deny",
            Principal: "*",
            Action: "secretsmanager:GetSecretValue",
            Resource: "*",
            Condition: { StringLike: { "aws:SourceIdentity": "acme.*" } },
          },
        ],
      });
    }
  });

  it("allows its role to read exactly that secret", async () => {
    const policy = inputsOf(await made(), "rolePolicy");
    assert.deepEqual(
      { ...policy, policy: documentIn(policy) },
      {
        name: "legacy-key",
        role: "acme.crm",
        policy: {
          Version: "2012-10-17",
          Statement: [
            read(madeArn),
            decrypt("arn:aws:kms:eu-central-1:111122223333:key/crm-key", madeArn),
          ],
        },
      },
    );
  });

  it("allows its pods to send only to the host and the cluster's DNS", async () => {
    assert.deepEqual(inputsOf(await made(), "networkPolicy"), {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "agentid-egress-crm", namespace: "acme", labels, annotations: marks },
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ["Egress"],
        egress: [
          toDns,
          {
            to: [{ ipBlock: { cidr: "203.0.113.10/32" } }],
            ports: [{ port: 443, protocol: "TCP" }],
          },
        ],
      },
    });
  });

  it("allows its pods to call the agent of EKS Pod Identity where that provides their role", async () => {
    const clusterArn = "arn:aws:eks:eu-central-1:111122223333:cluster/prod";
    const resources = await made({
      tenant: { ...acme, federation: { eksPodIdentity: { clusterArn } } },
    });
    const { spec } = inputsOf(resources, "networkPolicy") as { spec: { egress: unknown[] } };
    assert.deepEqual(spec.egress[1], {
      to: [{ ipBlock: { cidr: "169.254.170.23/32" } }, { ipBlock: { cidr: "fd00:ec2::23/128" } }],
      ports: [{ port: 80, protocol: "TCP" }],
    });
  });

  it("keeps its documents plain in the preview of a new stack", async () => {
    const resources = await registered(
      () => {
        const tenant = new Tenant("acme", { federation });
        new LegacyTool("crm", { ...legacyArgs, tenant: tenant.ref });
      },
      { preview: true },
    );
    assert.deepEqual(documentIn(inputsOf(resources, "key")), keyDocument([roleArn]));
    assert.deepEqual(documentIn(inputsOf(resources, "policy")), secretDocument([roleArn]));
  });

  it("makes the same of a tenant that is an output", async () => {
    const [, ...plain] = await made();
    const [, ...known] = await made({ tenant: pulumi.output(acme) });
    assert.deepEqual(known, plain);
  });

  it("writes a value as a secret that the provider keeps no copy of, once guarded and anew with each day of issue", async () => {
    const resources = await made({
      key: { secretsManager: { value: pulumi.secret("s3cr3t-value"), writerArn } },
    });
    const { secretStringWo, ...version } = inputsOf(resources, "version") ?? {};
    assert.deepEqual(version, { secretId: madeArn, secretStringWoVersion: 20_261_101 });
    // The mark by which the SDK hands a secret to the engine.
    assert.deepEqual(secretStringWo, {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: "s3cr3t-value",
    });
    const others = resources.filter(({ type }) => type !== types.version);
    assert.ok(!JSON.stringify(others).includes("s3cr3t"));
  });

  it("allows a writer to read beside its role, since it reads back what it writes", async () => {
    const resources = await made({ key: { secretsManager: { writerArn } } });
    assert.deepEqual(documentIn(inputsOf(resources, "key")), keyDocument([roleArn, writerArn]));
    assert.deepEqual(
      documentIn(inputsOf(resources, "policy")),
      secretDocument([roleArn, writerArn]),
    );
    assert.deepEqual(named(resources, component, "crm")?.inputs["key"], {
      secretsManager: { writerArn },
    });
  });

  it("guards an existing secret, and makes none", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d";
    const resources = await made({ key: { existingSecret: { arn: secretArn, kmsKeyArn } } });
    assert.deepEqual(
      children(resources),
      [
        `pulumi:pulumi:Stack > ${component} crm`,
        ...ofTool,
        `${component} > ${types.rolePolicy} crm-key`,
        `${component} > ${types.policy} crm-key`,
        `${component} > ${types.networkPolicy} crm-egress`,
      ].sort(byType),
    );
    const policy = inputsOf(resources, "policy");
    assert.equal(policy?.["secretArn"], secretArn);
    assert.deepEqual(documentIn(policy), secretDocument([roleArn]));
    assert.deepEqual(documentIn(inputsOf(resources, "rolePolicy")), {
      Version: "2012-10-17",
      Statement: [read(secretArn), decrypt(kmsKeyArn, secretArn)],
    });
  });

  it("reads an existing secret under the key of Secrets Manager without a permission for it", async () => {
    const resources = await made({ key: { existingSecret: { arn: pulumi.output(secretArn) } } });
    assert.deepEqual(documentIn(inputsOf(resources, "rolePolicy")), {
      Version: "2012-10-17",
      Statement: [read(secretArn)],
    });
  });

  it("has an external secret brought into its namespace, and its pods alone mount it", async () => {
    let tool: LegacyTool | undefined;
    const resources = await registered(() => {
      tool = new LegacyTool("crm", {
        ...legacyArgs,
        key: { externalSecret: { store: "vault", remoteKey: "acme/crm", property: "key" } },
      });
    });
    assert.deepEqual(
      children(resources),
      [
        `pulumi:pulumi:Stack > ${component} crm`,
        ...ofTool,
        `${component} > ${types.externalSecret} crm-key`,
        `${component} > ${types.networkPolicy} crm-egress`,
      ].sort(byType),
    );
    assert.deepEqual(inputsOf(resources, "externalSecret"), {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: "crm", namespace: "acme", labels, annotations: marks },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { name: "vault", kind: "SecretStore" },
        target: { name: "crm", creationPolicy: "Owner" },
        data: [{ secretKey: "key", remoteRef: { key: "acme/crm", property: "key" } }],
      },
    });
    const { volumes } = (await resolved(tool?.pod.spec)) as { volumes: unknown[] };
    assert.deepEqual(volumes[1], { name: "agentid-key", secret: { secretName: "crm" } });
    const { env, volumeMounts } = (await resolved(tool?.pod.container)) as Record<
      string,
      unknown[]
    >;
    assert.deepEqual(env?.[3], {
      name: "AGENTID_KEY_FILE",
      value: "/var/run/secrets/agentid.dev/key/key",
    });
    assert.deepEqual(volumeMounts?.[1], {
      name: "agentid-key",
      mountPath: "/var/run/secrets/agentid.dev/key",
      readOnly: true,
    });
  });

  it("has AgentCore hand the key out to a workload identity of its own, from the same secret", async () => {
    const resources = await made({ apiKeyProvider: { jsonKey: "key" } });
    const provider = "arn:aws:bedrock-agentcore:eu-central-1:111122223333:token-vault/default";
    const directory =
      "arn:aws:bedrock-agentcore:eu-central-1:111122223333:workload-identity-directory/default";
    assert.deepEqual(inputsOf(resources, "identity"), { name: "acme_crm" });
    assert.deepEqual(inputsOf(resources, "provider"), {
      name: "acme_crm",
      apiKeySecretSource: "EXTERNAL",
      apiKeySecretConfig: { secretId: madeArn, jsonKey: "key" },
      tags: labels,
    });
    assert.deepEqual(documentIn(inputsOf(resources, "rolePolicy")), {
      Version: "2012-10-17",
      Statement: [
        read(madeArn),
        decrypt("arn:aws:kms:eu-central-1:111122223333:key/crm-key", madeArn),
        {
          Sid: "ProveWorkload",
          Effect: "Allow",
          Action: "bedrock-agentcore:GetWorkloadAccessToken",
          Resource: [directory, `${directory}/workload-identity/acme_crm`],
        },
        {
          Sid: "GetKeyFromProvider",
          Effect: "Allow",
          Action: "bedrock-agentcore:GetResourceApiKey",
          Resource: [
            provider,
            `${provider}/apikeycredentialprovider/acme_crm`,
            directory,
            `${directory}/workload-identity/acme_crm`,
          ],
        },
      ],
    });
  });

  it("passes its pods the location of the key, and marks them as having egress of their own", async () => {
    let tool: LegacyTool | undefined;
    await registered(() => {
      tool = new LegacyTool("crm", { ...legacyArgs, apiKeyProvider: {} });
    });
    assert.deepEqual(tool?.pod.labels, { ...labels, "agentid.dev/egress": "own" });
    const { env } = (await resolved(tool.pod.container)) as { env: unknown[] };
    assert.deepEqual(env.slice(3), [
      { name: "AGENTID_KEY_SECRET_ARN", value: madeArn },
      { name: "AGENTID_KEY_PROVIDER_NAME", value: "acme_crm" },
    ]);
  });

  it("gives the reference that grants name it by, as a Tool does", () => {
    mocked();
    const { ref } = new LegacyTool("acme-crm", {
      ...legacyArgs,
      name: "crm",
      risk: { sensitivity: "confidential" },
    });
    assert.deepEqual(ref, {
      tenant: "acme",
      name: "crm",
      risk: { sensitivity: "confidential", effects: [] },
    });
  });
});

function keyDocument(readers: readonly string[]): unknown {
  const Principal = { AWS: "arn:aws:iam::111122223333:root" };
  const viaSecretsManager = { "kms:ViaService": "secretsmanager.*" };
  const every = { Effect: "Allow", Principal, Resource: "*" };
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AdministerKey",
        ...every,
        Action: [
          "kms:CancelKeyDeletion",
          "kms:CreateAlias",
          "kms:DeleteAlias",
          "kms:DescribeKey",
          "kms:DisableKey",
          "kms:DisableKeyRotation",
          "kms:EnableKey",
          "kms:EnableKeyRotation",
          "kms:GetKeyPolicy",
          "kms:GetKeyRotationStatus",
          "kms:ListAliases",
          "kms:ListGrants",
          "kms:ListKeyPolicies",
          "kms:ListKeyRotations",
          "kms:ListResourceTags",
          "kms:PutKeyPolicy",
          "kms:RetireGrant",
          "kms:RevokeGrant",
          "kms:RotateKeyOnDemand",
          "kms:ScheduleKeyDeletion",
          "kms:TagResource",
          "kms:UntagResource",
          "kms:UpdateAlias",
          "kms:UpdateKeyDescription",
        ],
      },
      {
        Sid: "EncryptValues",
        ...every,
        Action: "kms:GenerateDataKey",
        Condition: { StringLike: viaSecretsManager },
      },
      {
        Sid: "TryKey",
        ...every,
        Action: "kms:Decrypt",
        Condition: {
          StringLike: viaSecretsManager,
          StringEquals: { "kms:EncryptionContext:SecretVersionId": "RequestToValidateKeyAccess" },
        },
      },
      {
        Sid: "ReadValue",
        ...every,
        Action: "kms:Decrypt",
        Condition: {
          ArnEquals: { "aws:PrincipalArn": readers },
          StringLike: {
            ...viaSecretsManager,
            "kms:EncryptionContext:SecretARN":
              "arn:aws:secretsmanager:*:111122223333:secret:agentid/acme/crm-??????",
          },
        },
      },
    ],
  };
}

function secretDocument(readers: readonly string[]): unknown {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyReadingToOthers",
        Effect: "Deny",
        Principal: "*",
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
        Condition: { ArnNotEquals: { "aws:PrincipalArn": readers } },
      },
    ],
  };
}

function read(arn: string): unknown {
  return {
    Sid: "ReadKey",
    Effect: "Allow",
    Action: "secretsmanager:GetSecretValue",
    Resource: arn,
  };
}

function decrypt(kmsKeyArn: string, arn: string): unknown {
  return {
    Sid: "DecryptKey",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: kmsKeyArn,
    Condition: {
      StringLike: { "kms:ViaService": "secretsmanager.*" },
      StringEquals: { "kms:EncryptionContext:SecretARN": arn },
    },
  };
}

function byType(a: string, b: string): number {
  const own = (text: string) => text.slice(text.indexOf("> "));
  return own(a) < own(b) ? -1 : 1;
}

function resolved(value: unknown): Promise<unknown> {
  return (pulumi.output(value) as unknown as { promise: () => Promise<unknown> }).promise();
}
