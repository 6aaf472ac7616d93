import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { keyPolicy, secretPolicy } from "../documents/kept-secret";
import { derive, isPlain, part } from "../known";
import type { Declaration } from "../workload";
import {
  checkAccount,
  claimSecret,
  readKmsKeyArn,
  readSecret,
  readWriter,
  secretValue,
  type ExistingSecret,
  type KeptArguments,
  type MadeSecret,
} from "./arguments";
import { printRoleArn } from "../../core/arn";
import { sourceIdentitiesOf } from "../../core/grants/source-identity";
import { roleOf } from "../adopt";
import { readFederation } from "../federation";

/** What keeps a secret of one workload, and by which it is read. */
export interface Keeping {
  readonly parent: pulumi.ComponentResource;
  /** Name of the children that keep it. */
  readonly childName: string;
  /** How errors name the workload. */
  readonly subject: string;
  /** The argument with its location. */
  readonly argument: string;
  readonly declaration: Declaration;
  /** The claim of the secret: one consumer may claim it again, another not. */
  readonly holder: object;
  /** What is in the secret, such as `key of tool crm`. */
  readonly what: string;
  /** Description of a secret that is made. */
  readonly description: string;
  /** Name of a secret that is made, by the tenant's. */
  readonly nameIn: (tenant: string) => string;
  readonly tags: Record<string, pulumi.Input<string>>;
  /** A configured value is written again where this grows. */
  readonly version: number;
}

/** Where a secret is that is read with a role. */
export interface KeptSecret {
  readonly arn: pulumi.Output<string>;
  readonly kmsKeyArn: pulumi.Output<string> | undefined;
  /** What writes its value, where the program gives one; what reads it while it is made waits for that. */
  readonly written: readonly pulumi.Resource[];
}

/** Claims a secret as far as its name is known before anything is created, so that another consumer is refused. */
export function claimKept(
  { subject, argument, declaration, holder, nameIn }: ClaimedKeeping,
  { secretsManager, existingSecret }: KeptArguments,
): void {
  const found = placeOf(subject, declaration);
  const place = isPlain(found) ? (found as KeptPlace) : undefined;
  if (secretsManager !== undefined && place !== undefined) {
    claimSecret(subject, holder, nameIn(place.tenant));
  }
  const arn = existingSecret?.arn;
  if (typeof arn === "string") readKept({ subject, argument, holder }, arn, place);
}

/** What of a keeping is known before its component is. */
export type ClaimedKeeping = Pick<
  Keeping,
  "subject" | "argument" | "declaration" | "holder" | "nameIn"
>;

/** Makes a secret under a key of its own, so that only the workload and a writer read it. */
export function makeSecret(keeping: Keeping, made: MadeSecret): KeptSecret {
  const { parent, childName, subject, argument, declaration, holder, tags } = keeping;
  const readers = readersOf(keeping, "secretsManager", made.writerArn);
  const place = derive(placeOf(subject, declaration), (known) => {
    const secretName = keeping.nameIn(known.tenant);
    claimSecret(subject, holder, secretName);
    return { ...known, secretName };
  });
  const key = new aws.kms.Key(
    childName,
    {
      description: `Encrypts the ${keeping.what}`,
      enableKeyRotation: true,
      policy: derive({ place, readers }, (known) =>
        keyPolicy({ ...known.place, readers: known.readers }),
      ),
      tags,
    },
    { parent },
  );
  const secret = new aws.secretsmanager.Secret(
    childName,
    {
      name: derive(place, ({ secretName }) => secretName),
      description: keeping.description,
      kmsKeyId: key.arn,
      tags,
    },
    { parent },
  );
  const policy = guard(keeping, secret.arn, readers);
  const kept = { arn: secret.arn, kmsKeyArn: key.arn };
  if (made.value === undefined) return { ...kept, written: [] };
  const version = new aws.secretsmanager.SecretVersion(
    childName,
    {
      secretId: secret.arn,
      // Written and not stored: the provider leaves it out of what it reads back.
      secretStringWo: secretValue(subject, argument, made.value),
      secretStringWoVersion: keeping.version,
    },
    // The value is nowhere without its guard.
    { parent, dependsOn: policy },
  );
  return { ...kept, written: [version] };
}

/** Restricts reading of an existing secret to the workload and a writer. */
export function guardSecret(keeping: Keeping, existing: ExistingSecret): KeptSecret {
  const { subject, argument, declaration } = keeping;
  const { arn, kmsKeyArn, writerArn } = existing;
  const secretArn = derive({ arn, place: placeOf(subject, declaration) }, (known) =>
    readKept(keeping, known.arn, known.place),
  );
  guard(keeping, secretArn, readersOf(keeping, "existingSecret", writerArn));
  return {
    arn: pulumi.output(secretArn),
    kmsKeyArn:
      kmsKeyArn === undefined
        ? undefined
        : pulumi.output(derive(kmsKeyArn, (text) => readKmsKeyArn(subject, argument, text))),
    written: [],
  };
}

/** ARN of a secret in the account of the workload's role, where that is known; no other may have it. */
function readKept(
  { subject, argument, holder }: Pick<Keeping, "subject" | "argument" | "holder">,
  text: string,
  place: KeptPlace | undefined,
): string {
  const { account, name } = readSecret(subject, argument, text);
  if (place !== undefined) checkAccount(subject, argument, { text, account }, place.account);
  claimSecret(subject, holder, name);
  return text;
}

function guard(
  { parent, childName, subject, declaration }: Keeping,
  secretArn: pulumi.Input<string>,
  readers: pulumi.Input<string[]>,
): aws.secretsmanager.SecretPolicy {
  return new aws.secretsmanager.SecretPolicy(
    childName,
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
  { subject, argument, declaration }: Keeping,
  block: string,
  writerArn: pulumi.Input<string> | undefined,
): pulumi.Output<string[]> | string[] {
  const place = placeOf(subject, declaration);
  return derive({ place, writerArn }, (known) => [
    known.place.roleArn,
    ...(known.writerArn === undefined
      ? []
      : [readWriter(subject, `${argument}.${block}`, known.writerArn)]),
  ]);
}

/** The location of a workload's secret, and its readers; all of it is known before anything is created. */
interface KeptPlace {
  readonly partition: string;
  readonly account: string;
  readonly tenant: string;
  /** ARN of the workload's role. */
  readonly roleArn: string;
  /** Pattern of the source identities under which the tenant's broker assumes the role; none without a broker. */
  readonly brokered: string | undefined;
}

/** Where a workload's secret is read: at once where its tenant is plain. */
function placeOf(subject: string, declaration: Declaration): pulumi.Output<KeptPlace> | KeptPlace {
  const { provenBy: federation } = declaration;
  const tenant = part(declaration.tenant, (ref) => ref.name);
  // A broker assumes only the roles of tools.
  const hasBroker =
    declaration.kind === "tool" && part(declaration.tenant, (ref) => ref.broker !== undefined);
  return derive({ federation, tenant, hasBroker }, (known) => {
    const { partition, account } = readFederation(subject, known.federation);
    const role = roleOf(declaration, known.tenant);
    return {
      partition,
      account,
      tenant: known.tenant,
      roleArn: printRoleArn({ partition, account, ...role }),
      brokered: known.hasBroker ? sourceIdentitiesOf(known.tenant) : undefined,
    };
  });
}
