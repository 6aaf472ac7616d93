import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyName } from "../arguments/adopt";
import { keyAccess } from "../documents/legacy-key";
import {
  guardSecret,
  makeSecret,
  type SecretStorage,
  type StoredSecret,
} from "../stored-secret/store";
import { rotationMark, versionOf, type KnownRotation } from "../stored-secret/rotation";
import { kubernetesFor } from "../arguments/kubernetes-sdk";
import { derive, part } from "../arguments/known";
import { profileName } from "../arguments/naming";
import type { Declaration } from "../workload/workload";
import { keyOf, type KnownExternal, type KnownKey } from "./key";

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

/** Tag and annotation with the host of a key. */
const hostMark = "agentid.dev/host";

/** Key of the Kubernetes Secret that an external secret makes, and the file's name in a pod. */
export const secretFile = "key";

/** Stores a key in Secrets Manager, so that only the tool and a writer read it. */
export function storeSecret(making: LegacyMaking, key: KnownKey): StoredSecret | undefined {
  switch (key.kind) {
    case "secretsManager":
      return makeSecret(storageOf(making), key.made);
    case "existingSecret":
      return guardSecret(storageOf(making), key.existing);
    case "externalSecret":
      return undefined;
  }
}

/** Has the External Secrets Operator bring a key into the namespace. Source: external-secrets.io, API, ExternalSecret. */
export function bringSecret(making: LegacyMaking, external: KnownExternal): pulumi.Output<string> {
  const { declaration, parent, resourceName, subject } = making;
  const kubernetes = kubernetesFor(subject);
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
  secret: StoredSecret,
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
    { parent, dependsOn: [...secret.written] },
  );
  return {
    name: provider.name,
    arn: provider.credentialProviderArn,
    workloadIdentityArn: identity.workloadIdentityArn,
  };
}

/** Lets the tool's role read its key. */
export function admitRole(
  { parent, resourceName, declaration }: LegacyMaking,
  role: pulumi.Input<string>,
  secret: StoredSecret,
  provider: KeyProvider | undefined,
): void {
  new aws.iam.RolePolicy(
    `${resourceName}-key`,
    {
      name: policyName(declaration, "legacy-key"),
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

/** The tags and annotations of a key wherever it is stored. */
export function marksOf({ rotation, host }: LegacyMaking): Record<string, string> {
  return { [hostMark]: host, [rotationMark]: rotation.rotateBefore };
}

function storageOf(making: LegacyMaking): SecretStorage {
  const { parent, resourceName, subject, declaration, labels, rotation, host } = making;
  return {
    ...keyOf(subject, declaration),
    parent,
    childName: `${resourceName}-key`,
    what: `key of tool ${declaration.name}`,
    description: `Key of tool ${declaration.name} for ${host}, to be rotated before ${rotation.rotateBefore}`,
    tags: { ...labels, ...marksOf(making) },
    version: versionOf(rotation),
  };
}

/** Name of the ExternalSecret and of the Secret that it makes. */
function secretNameOf({ name }: Declaration): string {
  return name;
}
