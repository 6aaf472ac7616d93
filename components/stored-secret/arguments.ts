import * as pulumi from "@pulumi/pulumi";
import { claimForOther } from "../arguments/adopt";
import { argumentError } from "../arguments/argument-error";
import { claim } from "../arguments/claimed";
import { isPlain } from "../arguments/known";
import { knownArn, knownRole } from "../arguments/known-arn";
import { workloadPath } from "../arguments/naming";

/** A secret made in AWS Secrets Manager. */
export interface MadeSecret {
  /** The secret's value: a Pulumi secret, as `config.requireSecret` gives it; never plain text. Default: the secret is made empty, and the value is put into it with `aws secretsmanager put-secret-value`. */
  value?: pulumi.Input<string>;
  /** ARN of a role that may read the secret too, to write it: a rotation function's, or with `value` that which runs Pulumi, as the AWS provider reads back what it writes. Default: none; required with `value`. */
  writerArn?: pulumi.Input<string>;
}

/** A secret that exists in AWS Secrets Manager. */
export interface ExistingSecret {
  /** ARN of the secret, whole, in the account of the tenant's roles. */
  arn: pulumi.Input<string>;
  /** ARN of the customer managed key that encrypts it. Default: none, as with `aws/secretsmanager`. */
  kmsKeyArn?: pulumi.Input<string>;
  /** ARN of a role that may read the secret too, to write it, such as a rotation function's. Default: none. */
  writerArn?: pulumi.Input<string>;
}

/** The location of a secret of one workload, one of two; errors name both under `argument`. */
export interface StorageArguments {
  readonly secretsManager?: MadeSecret;
  readonly existingSecret?: ExistingSecret;
}

/** Refuses plain mistakes in the location of a secret. */
export function checkStored(
  subject: string,
  argument: string,
  { secretsManager, existingSecret }: StorageArguments,
): void {
  if (secretsManager !== undefined) {
    checkValue(subject, argument, secretsManager);
    whenPlain(secretsManager.writerArn, (arn) =>
      readWriter(subject, `${argument}.secretsManager`, arn),
    );
  }
  if (existingSecret !== undefined) {
    whenPlain(existingSecret.arn, (arn) => readSecret(subject, argument, arn));
    whenPlain(existingSecret.kmsKeyArn, (arn) => readKmsKeyArn(subject, argument, arn));
    whenPlain(existingSecret.writerArn, (arn) =>
      readWriter(subject, `${argument}.existingSecret`, arn),
    );
  }
}

/** What of a made secret may be in the stack's state: all but its value. */
export function withoutValue({ writerArn }: MadeSecret): MadeSecret {
  return writerArn === undefined ? {} : { writerArn };
}

/** A value that is marked as secret, or else a failure that does not show it. */
export function secretValue(
  subject: string,
  argument: string,
  value: pulumi.Input<string>,
): pulumi.Output<string> {
  const given = pulumi.output(value);
  // Whether it is secret is known in a preview too, where the value may not be.
  return pulumi.output(pulumi.isSecret(given)).apply((isSecret) => {
    if (!isSecret) throw clearValue(subject, argument);
    return given;
  });
}

/** A secret's account, and its name without what Secrets Manager adds to it in ARNs. */
export function readSecret(
  subject: string,
  argument: string,
  text: string,
): { readonly account: string; readonly name: string } {
  const arn = knownArn(text);
  const [, name] =
    arn?.service === "secretsmanager"
      ? (/^secret:([\w/+=.@-]{1,512})-[A-Za-z0-9]{6}$/.exec(arn.resource) ?? [])
      : [];
  if (arn !== undefined && name !== undefined) return { account: arn.account, name };
  throw argumentError(
    subject,
    `${argument}.existingSecret.arn \`${text}\` is no whole ARN of a secret; give what \`aws secretsmanager describe-secret\` shows as \`ARN\`, with its six characters at the end`,
  );
}

/** Refuses a secret of another account than the workload's role, which would have to be let in there. */
export function checkAccount(
  subject: string,
  argument: string,
  { text, account }: { readonly text: string; readonly account: string },
  home: string,
): void {
  if (account === home) return;
  throw argumentError(
    subject,
    `${argument}.existingSecret.arn \`${text}\` is of account \`${account}\`, and the workload's role of \`${home}\`; give a secret of the same account`,
  );
}

/** ARN of a customer managed key. */
export function readKmsKeyArn(subject: string, argument: string, text: string): string {
  const arn = knownArn(text);
  if (arn?.service === "kms" && /^key\/[\w-]{1,256}$/.test(arn.resource)) return text;
  throw argumentError(
    subject,
    `${argument}.existingSecret.kmsKeyArn \`${text}\` is no ARN of a KMS key; give one such as \`arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d\``,
  );
}

/** ARN of a role that writes secrets. */
export function readWriter(subject: string, argument: string, text: string): string {
  const role = knownRole(text);
  if (role === undefined) {
    throw argumentError(
      subject,
      `${argument}.writerArn \`${text}\` is no role; give an ARN such as \`arn:aws:iam::111122223333:role/deployer\``,
    );
  }
  if (role.path.toLowerCase().startsWith(workloadPath)) {
    throw argumentError(
      subject,
      `${argument}.writerArn \`${text}\` is the role of a workload, which would read the secret as well; give the role that deploys or rotates`,
    );
  }
  claimForOther(subject, `${argument}.writerArn`, text);
  return text;
}

/**
 * One secret has one consumer.
 *
 * Names count, in any store, account or region: two stores may be one, and a replica has the name of its secret.
 */
export function claimSecret(subject: string, holder: object, name: string): void {
  const problem = `the secret \`${name}\` is already used by another workload, and a log could not distinguish them; have one issued for each, under a name of its own`;
  claim(subject, holder, `secret ${name}`, problem);
}

function checkValue(subject: string, argument: string, { value, writerArn }: MadeSecret): void {
  if (value === undefined) return;
  if (isPlain(value)) throw clearValue(subject, argument);
  if (writerArn !== undefined) return;
  throw argumentError(
    subject,
    `${argument}.secretsManager.value is set without \`writerArn\`; give the ARN of the role that runs Pulumi, or leave the value out and put it into the secret afterwards`,
  );
}

function clearValue(subject: string, argument: string): Error {
  return argumentError(
    subject,
    `${argument}.secretsManager.value is in plain text; give a Pulumi secret, such as \`config.requireSecret("key")\`, or leave it out and put it into the secret afterwards`,
  );
}

function whenPlain(
  value: pulumi.Input<string> | undefined,
  check: (text: string) => unknown,
): void {
  if (typeof value === "string") check(value);
}
