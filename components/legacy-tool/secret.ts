import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { keyAccess, keyPolicy, secretPolicy } from "../documents/legacy-key";
import { derive, part } from "../known";
import {
  claimName,
  readKmsKeyArn,
  readSecretArn,
  readWriter,
  secretValue,
  type KnownExternal,
  type KnownKey,
  type MadeSecret,
} from "./key";
import { placeOf } from "./place";
import { profileName } from "../naming";
import { versionOf, type KnownRotation } from "./rotation";
import type { Declaration } from "../workload";

/** What keeps a tool's key, and by which it is read. */
export interface LegacyMaking {
  readonly parent: pulumi.ComponentResource;
  readonly resourceName: string;
  /** How errors name the tool. */
  readonly subject: string;
  readonly declaration: Declaration;
  readonly labels: Record<string, pulumi.Input<string>>;
  readonly rotation: KnownRotation;
  /** Host of the platform. */
  readonly host: string;
}

/** Where a key is kept that is read with a role. */
export interface KeptSecret {
  readonly arn: pulumi.Output<string>;
  readonly kmsKeyArn: pulumi.Output<string> | undefined;
}

/** Tag and annotation that say until when a key may be used. */
const rotationMark = "agentid.dev/rotate-before";

/** Tag and annotation that say which host a key is for. */
const hostMark = "agentid.dev/host";

/** Key of the Kubernetes Secret that an external secret makes, and the file's name in a pod. */
export const secretFile = "key";

/** Keeps a key in Secrets Manager, so that nobody but the tool and a writer read it. */
export function keepSecret(making: LegacyMaking, key: KnownKey): KeptSecret | undefined {
  switch (key.kind) {
    case "secretsManager":
      return makeSecret(making, key.made);
    case "existingSecret": {
      const { subject, declaration } = making;
      const { arn, kmsKeyArn, writerArn } = key.existing;
      const secretArn = derive({ arn, place: placeOf(subject, declaration) }, (known) =>
        readSecretArn(subject, declaration, known.arn, known.place),
      );
      guard(making, secretArn, readersOf(making, "existingSecret", writerArn));
      return {
        arn: pulumi.output(secretArn),
        kmsKeyArn:
          kmsKeyArn === undefined
            ? undefined
            : pulumi.output(derive(kmsKeyArn, (text) => readKmsKeyArn(subject, text))),
      };
    }
    case "externalSecret":
      return undefined;
  }
}

/** Has the External Secrets Operator bring a key into the namespace. Source: external-secrets.io, API, ExternalSecret. */
export function bringSecret(making: LegacyMaking, external: KnownExternal): pulumi.Output<string> {
  const { declaration, parent, resourceName } = making;
  const { store, storeKind, remoteKey, property } = external;
  new kubernetes.apiextensions.CustomResource(
    `${resourceName}-key`,
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: {
        name: secretNameOf(declaration),
        namespace: part(declaration.tenant, (ref) => ref.madeNamespace ?? ref.namespace),
        labels: making.labels,
        annotations: marksOf(making),
      },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { name: store, kind: storeKind },
        target: { name: secretNameOf(declaration), creationPolicy: "Owner" },
        data: [
          {
            secretKey: secretFile,
            remoteRef: { key: remoteKey, ...(property !== undefined && { property }) },
          },
        ],
      },
    },
    { parent },
  );
  return pulumi.output(secretNameOf(declaration));
}

/** What a provider of AgentCore hands a key out by. */
export interface KeyProvider {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly workloadIdentityArn: pulumi.Output<string>;
}

/** Has AgentCore hand a key out to the tool's own workload identity; it keeps no copy. */
export function provideKey(
  { parent, resourceName, declaration, labels }: LegacyMaking,
  secret: KeptSecret,
  jsonKey: string,
): KeyProvider {
  const name = derive(
    part(declaration.tenant, (ref) => ref.name),
    (tenant) => profileName(tenant, declaration.name),
  );
  const identity = new aws.bedrock.AgentcoreWorkloadIdentity(
    `${resourceName}-key`,
    { name },
    { parent },
  );
  const provider = new aws.bedrock.AgentcoreApiKeyCredentialProvider(
    `${resourceName}-key`,
    {
      name,
      apiKeySecretSource: "EXTERNAL",
      apiKeySecretConfig: { secretId: secret.arn, jsonKey },
      tags: labels,
    },
    { parent },
  );
  return {
    name: provider.name,
    arn: provider.credentialProviderArn,
    workloadIdentityArn: identity.workloadIdentityArn,
  };
}

/** Lets the tool's role read its key. */
export function admitRole(
  { parent, resourceName }: LegacyMaking,
  role: pulumi.Input<string>,
  secret: KeptSecret,
  provider: KeyProvider | undefined,
): void {
  new aws.iam.RolePolicy(
    `${resourceName}-key`,
    {
      name: "legacy-key",
      role,
      policy: derive(
        {
          secretArn: secret.arn,
          kmsKeyArn: secret.kmsKeyArn,
          providerArn: provider?.arn,
          workloadIdentityArn: provider?.workloadIdentityArn,
        },
        keyAccess,
      ),
    },
    { parent },
  );
}

/** What is said of a key wherever something can be said. */
export function marksOf({ rotation, host }: LegacyMaking): Record<string, string> {
  return { [hostMark]: host, [rotationMark]: rotation.rotateBefore };
}

function makeSecret(making: LegacyMaking, made: MadeSecret): KeptSecret {
  const { parent, resourceName, subject, declaration, labels, rotation } = making;
  const name = `${resourceName}-key`;
  const readers = readersOf(making, "secretsManager", made.writerArn);
  const place = derive(placeOf(subject, declaration), (known) => {
    claimName(subject, declaration, known.secretName);
    return known;
  });
  const tags = { ...labels, ...marksOf(making) };
  const key = new aws.kms.Key(
    name,
    {
      description: `Encrypts the key of tool ${declaration.name}`,
      enableKeyRotation: true,
      policy: derive({ place, readers }, (known) =>
        keyPolicy({ ...known.place, readers: known.readers }),
      ),
      tags,
    },
    { parent },
  );
  const secret = new aws.secretsmanager.Secret(
    name,
    {
      name: derive(place, ({ secretName }) => secretName),
      description: `Key of tool ${declaration.name} for ${making.host}, to be rotated before ${rotation.rotateBefore}`,
      kmsKeyId: key.arn,
      tags,
    },
    { parent },
  );
  const policy = guard(making, secret.arn, readers);
  if (made.value !== undefined) {
    new aws.secretsmanager.SecretVersion(
      name,
      {
        secretId: secret.arn,
        // Written and not kept: the provider leaves it out of what it reads back.
        secretStringWo: secretValue(subject, made.value),
        secretStringWoVersion: versionOf(rotation),
      },
      // The value is nowhere without its guard.
      { parent, dependsOn: policy },
    );
  }
  return { arn: secret.arn, kmsKeyArn: key.arn };
}

function guard(
  { parent, resourceName, subject, declaration }: LegacyMaking,
  secretArn: pulumi.Input<string>,
  readers: pulumi.Input<string[]>,
): aws.secretsmanager.SecretPolicy {
  return new aws.secretsmanager.SecretPolicy(
    `${resourceName}-key`,
    {
      secretArn,
      policy: derive({ readers, place: placeOf(subject, declaration) }, (known) =>
        secretPolicy({ readers: known.readers, brokered: known.place.brokered }),
      ),
      blockPublicPolicy: true,
    },
    { parent },
  );
}

function readersOf(
  making: LegacyMaking,
  block: string,
  writerArn: pulumi.Input<string> | undefined,
): pulumi.Output<string[]> | string[] {
  const place = placeOf(making.subject, making.declaration);
  return derive({ place, writerArn }, (known) => [
    known.place.roleArn,
    ...(known.writerArn === undefined ? [] : [readWriter(making.subject, block, known.writerArn)]),
  ]);
}

/** Name of the ExternalSecret and of the Secret that it makes. */
function secretNameOf({ name }: Declaration): string {
  return name;
}
