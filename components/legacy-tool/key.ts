import * as pulumi from "@pulumi/pulumi";
import { iamRole, isAccountId, parseArn } from "../../core/arn";
import { argumentError, exactlyOne, fitting, oneOf } from "../argument-error";
import { claim } from "../claimed";
import { isPlain } from "../known";
import { placeOf, type LegacyPlace } from "./place";
import type { Declaration } from "../workload";

/** Where the key of a legacy platform is kept; give exactly one. */
export interface LegacyKey {
  /** A secret made in AWS Secrets Manager, under a KMS key of its own. */
  secretsManager?: MadeSecret;
  /** A secret that exists in AWS Secrets Manager; its resource policy becomes ours. */
  existingSecret?: ExistingSecret;
  /** A secret of another store, brought into the tenant's namespace by the External Secrets Operator. */
  externalSecret?: ExternalSecret;
}

/** A secret made in AWS Secrets Manager. */
export interface MadeSecret {
  /** The key: a Pulumi secret, as `config.requireSecret` gives it; never a text in clear. Default: the secret is made empty, and the key is put into it with `aws secretsmanager put-secret-value`. */
  value?: pulumi.Input<string>;
  /** ARN of a role that may read the key too, to write it: a rotation function's, or with `value` that which runs Pulumi, as the AWS provider reads back what it writes. Default: none; required with `value`. */
  writerArn?: pulumi.Input<string>;
}

/** A secret that exists in AWS Secrets Manager. */
export interface ExistingSecret {
  /** ARN of the secret, whole, in the account of the tenant's roles. */
  arn: pulumi.Input<string>;
  /** ARN of the customer managed key that encrypts it. Default: none, as with `aws/secretsmanager`. */
  kmsKeyArn?: pulumi.Input<string>;
  /** ARN of a role that may read the key too, to write it, such as a rotation function's. Default: none. */
  writerArn?: pulumi.Input<string>;
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
export function readKey(subject: string, holder: Declaration, key: LegacyKey): KnownKey {
  checkKey(subject, key);
  const found = placeOf(subject, holder);
  const place = isPlain(found) ? (found as LegacyPlace) : undefined;
  const { secretsManager, existingSecret, externalSecret } = key;
  if (secretsManager !== undefined) {
    if (place !== undefined) claimName(subject, holder, place.secretName);
    return { kind: "secretsManager", made: secretsManager };
  }
  if (existingSecret !== undefined) {
    whenPlain(existingSecret.arn, (arn) => readSecretArn(subject, holder, arn, place));
    return { kind: "existingSecret", existing: existingSecret };
  }
  const external = withDefaults(externalSecret);
  claimName(subject, holder, external.remoteKey);
  return { kind: "externalSecret", external };
}

/** Refuses a key that is kept nowhere or twice, and what is plain and wrong in it. */
export function checkKey(subject: string, key: LegacyKey): void {
  const { secretsManager, existingSecret, externalSecret } = key;
  exactlyOne(subject, "key", { secretsManager, existingSecret, externalSecret });
  if (secretsManager !== undefined) {
    checkValue(subject, secretsManager);
    whenPlain(secretsManager.writerArn, (arn) => readWriter(subject, "secretsManager", arn));
  }
  if (existingSecret !== undefined) {
    whenPlain(existingSecret.arn, (arn) => readSecret(subject, arn));
    whenPlain(existingSecret.kmsKeyArn, (arn) => readKmsKeyArn(subject, arn));
    whenPlain(existingSecret.writerArn, (arn) => readWriter(subject, "existingSecret", arn));
  }
  if (externalSecret !== undefined) checkExternal(subject, withDefaults(externalSecret));
}

/** What of a key may stand in the stack's state: all but its value. */
export function withoutValue(key: LegacyKey): object {
  if (key.secretsManager === undefined) return key;
  const { writerArn } = key.secretsManager;
  return { secretsManager: writerArn === undefined ? {} : { writerArn } };
}

/** A value that is marked as secret, or else a failure that does not show it. */
export function secretValue(subject: string, value: pulumi.Input<string>): pulumi.Output<string> {
  const given = pulumi.output(value);
  // Whether it is secret is known in a preview too, where the value may not be.
  return pulumi.output(pulumi.isSecret(given)).apply((isSecret) => {
    if (!isSecret) throw clearValue(subject);
    return given;
  });
}

/** ARN of a secret in the account of the tool's role, where that is known; no other tool may have it. */
export function readSecretArn(
  subject: string,
  holder: object,
  text: string,
  place: LegacyPlace | undefined,
): string {
  const { account, name } = readSecret(subject, text);
  if (place !== undefined) checkAccount(subject, text, account, place.account);
  claimName(subject, holder, name);
  return text;
}

/** A secret's account, and its name without what Secrets Manager adds to it in ARNs. */
export function readSecret(
  subject: string,
  text: string,
): { readonly account: string; readonly name: string } {
  const parsed = parseArn(text);
  const [, name] =
    parsed.ok && parsed.arn.service === "secretsmanager" && isAccountId(parsed.arn.account)
      ? (/^secret:([\w/+=.@-]+)-[A-Za-z0-9]{6}$/.exec(parsed.arn.resource) ?? [])
      : [];
  if (parsed.ok && name !== undefined) return { account: parsed.arn.account, name };
  throw argumentError(
    subject,
    `key.existingSecret.arn \`${text}\` is no whole ARN of a secret; give what \`aws secretsmanager describe-secret\` shows as \`ARN\`, with its six characters at the end`,
  );
}

/** Refuses a secret of another account than the tool's role, which would have to be let in there. */
export function checkAccount(subject: string, text: string, account: string, home: string): void {
  if (account === home) return;
  throw argumentError(
    subject,
    `key.existingSecret.arn \`${text}\` is of account \`${account}\`, and the tool's role of \`${home}\`; give a secret of the same account`,
  );
}

/** ARN of a customer managed key. */
export function readKmsKeyArn(subject: string, text: string): string {
  const parsed = parseArn(text);
  if (parsed.ok && parsed.arn.service === "kms" && /^key\/[\w-]+$/.test(parsed.arn.resource)) {
    return text;
  }
  throw argumentError(
    subject,
    `key.existingSecret.kmsKeyArn \`${text}\` is no ARN of a KMS key; give one such as \`arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d\``,
  );
}

/** ARN of a role that writes keys. */
export function readWriter(subject: string, block: string, text: string): string {
  const role = iamRole(text);
  if (role === undefined || /[*?]/.test(text)) {
    throw argumentError(
      subject,
      `key.${block}.writerArn \`${text}\` is no role; give an ARN such as \`arn:aws:iam::111122223333:role/deployer\``,
    );
  }
  if (role.path.startsWith("/agentid/")) {
    throw argumentError(
      subject,
      `key.${block}.writerArn \`${text}\` is the role of a workload, which would hold the key as well; give the role that deploys or rotates`,
    );
  }
  return text;
}

function withDefaults(given: ExternalSecret | undefined): KnownExternal {
  const { store, remoteKey, storeKind = storeKinds.Namespaced, property } = given ?? unnamed;
  return { store, remoteKey, storeKind, ...(property !== undefined && { property }) };
}

function checkValue(subject: string, { value, writerArn }: MadeSecret): void {
  if (value === undefined) return;
  if (isPlain(value)) throw clearValue(subject);
  if (writerArn !== undefined) return;
  throw argumentError(
    subject,
    "key.secretsManager.value is given without `writerArn`; give the ARN of the role that runs Pulumi, or leave the value out and put it into the secret afterwards",
  );
}

function clearValue(subject: string): Error {
  return argumentError(
    subject,
    'key.secretsManager.value is a text in clear; give a Pulumi secret, such as `config.requireSecret("key")`, or leave it out and put it into the secret afterwards',
  );
}

function checkExternal(
  subject: string,
  { store, storeKind, remoteKey, property }: KnownExternal,
): void {
  fitting(subject, "key.externalSecret.store", store, objectName, "the name of a store");
  oneOf(subject, "key.externalSecret.storeKind", storeKind, storeKinds);
  const some = /^\S(?:.*\S)?$/;
  fitting(subject, "key.externalSecret.remoteKey", remoteKey, some, "the name of a secret");
  if (property === undefined) return;
  fitting(subject, "key.externalSecret.property", property, some, "the name of a property");
}

/**
 * One key has one holder.
 *
 * Names count, whatever store, account or region they are in: two stores may be one, and a replica has the name of its secret.
 */
export function claimName(subject: string, holder: object, name: string): void {
  const problem = `the key \`${name}\` is already that of another tool, so that no log could tell them apart; have the platform issue one for each, under a name of its own`;
  claim(subject, holder, `key ${name}`, problem);
}

function whenPlain(
  value: pulumi.Input<string> | undefined,
  check: (text: string) => unknown,
): void {
  if (typeof value === "string") check(value);
}
