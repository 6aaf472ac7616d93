import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { keyPolicy, secretPolicy } from "../documents/stored-secret";
import { derive, isPlain, part } from "../arguments/known";
import {
  checkAccount,
  claimSecret,
  readKmsKeyArn,
  readSecret,
  readWriter,
  secretValue,
  type ExistingSecret,
  type StorageArguments,
  type MadeSecret,
} from "./arguments";
import { printRoleArn } from "../../core/arn";
import { sourceIdentitiesOf } from "../../core/grants/source-identity";
import { roleOf, type Adopt } from "../arguments/adopt";
import { readFederation, type TenantFederation } from "../federations/all-federations";
import type { DeclaredKind } from "../arguments/labels";
import type { TenantRef } from "../tenant/tenant";

/** The workload whose role reads a secret. */
interface SecretReader {
  readonly kind: DeclaredKind;
  readonly name: string;
  readonly tenant: pulumi.Input<TenantRef>;
  /** Its federation. */
  readonly provenBy: pulumi.Input<TenantFederation>;
  readonly adopt?: Adopt;
}

/** The location of a workload's secret, and who declares it. */
export interface SecretStorage {
  readonly parent: pulumi.ComponentResource;
  /** Name of the children that store it. */
  readonly childName: string;
  /** The workload's name in errors. */
  readonly subject: string;
  /** The argument with its location. */
  readonly argument: string;
  readonly declaration: SecretReader;
  /** The consumer that claims the secret; no other consumer may. */
  readonly holder: object;
  /** The secret's content, such as `key of tool crm`. */
  readonly what: string;
  /** Description of a new secret. */
  readonly description: string;
  /** Name of a new secret, from the tenant's name. */
  readonly nameIn: (tenant: string) => string;
  readonly tags: Record<string, pulumi.Input<string>>;
  /** The provider writes a configured value again when this number grows. */
  readonly version: number;
}

/** The location of a secret that a role reads. */
export interface StoredSecret {
  readonly arn: pulumi.Output<string>;
  readonly kmsKeyArn: pulumi.Output<string> | undefined;
  /** The resources that write its value, if the program has one; a resource that reads it depends on them. */
  readonly written: readonly pulumi.Resource[];
}

/** Claims a secret whose name is known before anything is created; a second consumer is refused. */
export function claimStored(
  { subject, argument, declaration, holder, nameIn }: ClaimedStorage,
  { secretsManager, existingSecret }: StorageArguments,
): void {
  const found = placeOf(subject, declaration);
  const place = isPlain(found) ? (found as StoragePlace) : undefined;
  if (secretsManager !== undefined && place !== undefined) {
    claimSecret(subject, holder, nameIn(place.tenant));
  }
  const arn = existingSecret?.arn;
  if (typeof arn === "string") readStored({ subject, argument, holder }, arn, place);
}

/** The part of a storage that is known before its component. */
export type ClaimedStorage = Pick<
  SecretStorage,
  "subject" | "argument" | "declaration" | "holder" | "nameIn"
>;

/** Makes a secret under a key of its own, so that only the workload and a writer read it. */
export function makeSecret(storage: SecretStorage, made: MadeSecret): StoredSecret {
  const { parent, childName, subject, argument, declaration, holder, tags } = storage;
  const readers = readersOf(storage, "secretsManager", made.writerArn);
  const place = derive(placeOf(subject, declaration), (known) => {
    const secretName = storage.nameIn(known.tenant);
    claimSecret(subject, holder, secretName);
    return { ...known, secretName };
  });
  const key = new aws.kms.Key(
    childName,
    {
      description: `Encrypts the ${storage.what}`,
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
      description: storage.description,
      kmsKeyId: key.arn,
      tags,
    },
    { parent },
  );
  const policy = guard(storage, secret.arn, readers);
  const stored = { arn: secret.arn, kmsKeyArn: key.arn };
  if (made.value === undefined) return { ...stored, written: [] };
  const version = new aws.secretsmanager.SecretVersion(
    childName,
    {
      secretId: secret.arn,
      // Written and not stored: the provider leaves it out of what it reads back.
      secretStringWo: secretValue(subject, argument, made.value),
      secretStringWoVersion: storage.version,
    },
    // The value is nowhere without its guard.
    { parent, dependsOn: policy },
  );
  return { ...stored, written: [version] };
}

/** Restricts reading of an existing secret to the workload and a writer. */
export function guardSecret(storage: SecretStorage, existing: ExistingSecret): StoredSecret {
  const { subject, argument, declaration } = storage;
  const { arn, kmsKeyArn, writerArn } = existing;
  const secretArn = derive({ arn, place: placeOf(subject, declaration) }, (known) =>
    readStored(storage, known.arn, known.place),
  );
  guard(storage, secretArn, readersOf(storage, "existingSecret", writerArn));
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
function readStored(
  { subject, argument, holder }: Pick<SecretStorage, "subject" | "argument" | "holder">,
  text: string,
  place: StoragePlace | undefined,
): string {
  const { account, name } = readSecret(subject, argument, text);
  if (place !== undefined) checkAccount(subject, argument, { text, account }, place.account);
  claimSecret(subject, holder, name);
  return text;
}

function guard(
  { parent, childName, subject, declaration }: SecretStorage,
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
  { subject, argument, declaration }: SecretStorage,
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
interface StoragePlace {
  readonly partition: string;
  readonly account: string;
  readonly tenant: string;
  /** ARN of the workload's role. */
  readonly roleArn: string;
  /** Pattern of the source identities under which the tenant's broker assumes the role; none without a broker. */
  readonly brokered: string | undefined;
}

/** Where a workload's secret is read: at once where its tenant is plain. */
function placeOf(
  subject: string,
  declaration: SecretReader,
): pulumi.Output<StoragePlace> | StoragePlace {
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
