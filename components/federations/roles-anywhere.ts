import type * as pulumi from "@pulumi/pulumi";
import { partitions, type Arn } from "../../core/arn";
import { argumentError, exactlyOne, fitting } from "../argument-error";
import { knownArn } from "../known-arn";

/** IAM Roles Anywhere; give exactly one of `trustAnchorArn`, `caBundle` and `certificateAuthorityArn`. */
export interface RolesAnywhereFederation {
  /** ARN of a trust anchor that exists. Trust documents name it, so that a preview can judge them before anything is made. */
  trustAnchorArn?: pulumi.Input<string>;
  /** Certificates of the authority, in PEM, to make a trust anchor of. */
  caBundle?: pulumi.Input<string>;
  /** ARN of an authority of AWS Private CA to make a trust anchor of. */
  certificateAuthorityArn?: pulumi.Input<string>;
  /** Account of the tenant's roles, 12 digits. Default: the one in the ARN; required beside `caBundle`. */
  account?: pulumi.Input<string>;
  /** Partition of the tenant's roles. Default: the one in the ARN, else `aws`. */
  partition?: pulumi.Input<string>;
}

/** The certificates that prove a workload. */
export interface RolesAnywhereSubject {
  /** URI among the subject alternative names of its certificates, such as `spiffe://example.org/triage`; whole. */
  uri: pulumi.Input<string>;
}

/** IAM Roles Anywhere with all values known and checked. */
export interface KnownRolesAnywhere {
  readonly kind: "rolesAnywhere";
  readonly partition: string;
  readonly account: string;
  /** Undefined before the tenant has made it. */
  readonly trustAnchorArn: string | undefined;
}

/** Longest value and the characters of a session tag, which the URI becomes. Source: STS API, Tag. */
const uris = /^[a-z][a-z0-9+.-]*:[\p{L}\p{N}_.:/=+\-@]{1,240}$/u;

const certificate = "-----BEGIN CERTIFICATE-----";

/** Reads IAM Roles Anywhere as a federation, or throws an error that names `subject`. */
export function readRolesAnywhere(
  subject: string,
  given: pulumi.Unwrap<RolesAnywhereFederation>,
): KnownRolesAnywhere {
  const { trustAnchorArn, caBundle, certificateAuthorityArn } = given;
  exactlyOne(subject, "rolesAnywhere", { trustAnchorArn, caBundle, certificateAuthorityArn });
  if (caBundle !== undefined) checkBundle(subject, caBundle);
  const arn = arnIn(subject, given);
  const account = given.account ?? arn?.account;
  if (account === undefined) {
    throw argumentError(
      subject,
      "account is missing; `caBundle` does not tell it, so give the roles' account",
    );
  }
  fitting(subject, "account", account, /^[0-9]{12}$/, "the 12 digits of an AWS account");
  const partition = given.partition ?? arn?.partition ?? "aws";
  if (!partitions.includes(partition)) {
    throw argumentError(
      subject,
      `partition \`${partition}\` is none of AWS; give ${partitions.map((each) => `\`${each}\``).join(", ")}, or leave it out`,
    );
  }
  if (trustAnchorArn !== undefined && account !== arn?.account) {
    throw argumentError(
      subject,
      `account \`${account}\` is not that of trustAnchorArn, \`${String(arn?.account)}\`; roles and trust anchor have to be in one account`,
    );
  }
  return { kind: "rolesAnywhere", partition, account, trustAnchorArn };
}

/** The URI of a workload's certificates. */
export function certificateUri(
  subject: string,
  given: pulumi.Unwrap<RolesAnywhereSubject>,
): string {
  fitting(
    subject,
    "subject.rolesAnywhere.uri",
    given.uri,
    uris,
    "one whole URI of at most 256 characters, such as `spiffe://example.org/triage`",
  );
  return given.uri;
}

function arnIn(subject: string, given: pulumi.Unwrap<RolesAnywhereFederation>): Arn | undefined {
  const { trustAnchorArn, certificateAuthorityArn } = given;
  if (trustAnchorArn !== undefined) {
    return arnOf(subject, "trustAnchorArn", trustAnchorArn, "rolesanywhere", "trust-anchor/");
  }
  if (certificateAuthorityArn === undefined) return undefined;
  return arnOf(
    subject,
    "certificateAuthorityArn",
    certificateAuthorityArn,
    "acm-pca",
    "certificate-authority/",
  );
}

function arnOf(
  subject: string,
  argument: string,
  text: string,
  service: string,
  start: string,
): Arn {
  const arn = knownArn(text);
  const isOne =
    arn?.service === service &&
    arn.resource.startsWith(start) &&
    /^[A-Za-z0-9-]+$/.test(arn.resource.slice(start.length));
  if (isOne) return arn;
  throw argumentError(
    subject,
    `${argument} is \`${text}\`; give an ARN such as \`arn:aws:${service}:eu-central-1:111122223333:${start}EXAMPLE\``,
  );
}

/** The bundle itself is not repeated in errors: a key may have been pasted into it. */
function checkBundle(subject: string, bundle: string): void {
  if (bundle.includes("PRIVATE KEY")) {
    throw argumentError(
      subject,
      "caBundle has a private key; give the certificates alone, and renew the key",
    );
  }
  if (!bundle.includes(certificate)) {
    throw argumentError(
      subject,
      `caBundle has no certificate; give PEM that starts with \`${certificate}\``,
    );
  }
}
