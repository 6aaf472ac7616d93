import { exactlyOne, fitting, oneOf } from "../arguments/argument-error";
import { shownText } from "../arguments/exact-text";
import {
  checkStored,
  claimSecret,
  withoutValue as withoutSecretValue,
  type ExistingSecret,
  type MadeSecret,
} from "../stored-secret/arguments";
import { claimStored, type ClaimedStorage } from "../stored-secret/store";
import type { Declaration } from "../workload/workload";

/** The location of the key of a legacy platform; give exactly one. */
export interface LegacyKey {
  /** A secret made in AWS Secrets Manager, under a KMS key of its own. */
  secretsManager?: MadeSecret;
  /** A secret that exists in AWS Secrets Manager; its resource policy becomes ours. */
  existingSecret?: ExistingSecret;
  /** A secret of another store, brought into the tenant's namespace by the External Secrets Operator. */
  externalSecret?: ExternalSecret;
}

/** A secret that the External Secrets Operator brings into the tenant's namespace. */
export interface ExternalSecret {
  /** Name of the operator's store. */
  store: string;
  /** Kind of the store: `SecretStore`, of the namespace, or `ClusterSecretStore`. Default: `SecretStore`. */
  storeKind?: string;
  /** Name of the secret within the store. */
  remoteKey: string;
  /** Property of that secret which is the key. Default: the whole secret is. */
  property?: string;
}

/** The argument with the location of a key. */
export const keyArgument = "key";

const storeKinds = { Namespaced: "SecretStore", Wide: "ClusterSecretStore" } as const;

/** Source: kubernetes.io, object names, RFC 1123 subdomains. */
const objectName = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

const unnamed: ExternalSecret = { store: "", remoteKey: "" };

/** An external secret with its defaults. */
export type KnownExternal = ExternalSecret & { readonly storeKind: string };

/** A key, checked: of a value only that there is one. */
export type KnownKey =
  | { readonly kind: "secretsManager"; readonly made: MadeSecret }
  | { readonly kind: "existingSecret"; readonly existing: ExistingSecret }
  | { readonly kind: "externalSecret"; readonly external: KnownExternal };

/** Checks at once what is plain in a key, and that no other tool has it; what is an output is checked where it is used. */
export function readKey(subject: string, declaration: Declaration, key: LegacyKey): KnownKey {
  checkKey(subject, key);
  const { secretsManager, existingSecret, externalSecret } = key;
  claimStored(keyOf(subject, declaration), key);
  if (secretsManager !== undefined) return { kind: "secretsManager", made: secretsManager };
  if (existingSecret !== undefined) return { kind: "existingSecret", existing: existingSecret };
  const external = withDefaults(externalSecret);
  claimSecret(subject, declaration, external.remoteKey);
  return { kind: "externalSecret", external };
}

/** What is known of the location of a tool's key before the tool is made. */
export function keyOf(subject: string, declaration: Declaration): ClaimedStorage {
  return {
    subject,
    argument: keyArgument,
    declaration,
    holder: declaration,
    nameIn: (tenant) => madeSecretName(tenant, declaration.name),
  };
}

/** Name of a secret that is made for a tool. */
export function madeSecretName(tenant: string, tool: string): string {
  return `agentid/${tenant}/${tool}`;
}

/** Refuses a key with no location or two, and plain mistakes in it. */
export function checkKey(subject: string, key: LegacyKey): void {
  const { secretsManager, existingSecret, externalSecret } = key;
  exactlyOne(subject, keyArgument, { secretsManager, existingSecret, externalSecret });
  checkStored(subject, keyArgument, key);
  if (externalSecret !== undefined) checkExternal(subject, withDefaults(externalSecret));
}

/** What of a key may be in the stack's state: all but its value. */
export function withoutValue(key: LegacyKey): object {
  const { secretsManager } = key;
  return secretsManager === undefined
    ? key
    : { secretsManager: withoutSecretValue(secretsManager) };
}

function withDefaults(given: ExternalSecret | undefined): KnownExternal {
  const { store, remoteKey, storeKind = storeKinds.Namespaced, property } = given ?? unnamed;
  return { store, remoteKey, storeKind, ...(property !== undefined && { property }) };
}

function checkExternal(
  subject: string,
  { store, storeKind, remoteKey, property }: KnownExternal,
): void {
  fitting(subject, "key.externalSecret.store", store, objectName, "the name of a store");
  oneOf(subject, "key.externalSecret.storeKind", storeKind, storeKinds);
  fitting(subject, "key.externalSecret.remoteKey", remoteKey, shownText, "the name of a secret");
  if (property === undefined) return;
  fitting(subject, "key.externalSecret.property", property, shownText, "the name of a property");
}
