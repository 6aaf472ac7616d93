import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { partitions, type Arn } from "../../core/arn";
import { tenantMark } from "../../core/marks";
import { argumentError, exactlyOne, fitting } from "../arguments/argument-error";
import type { TrustStatement } from "../documents/trust";
import { derive } from "../arguments/known";
import { knownArn } from "../arguments/known-arn";
import { profileName } from "../arguments/naming";
import { byVariables, type Federation, type Home, type Providing } from "./federation";

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
interface KnownRolesAnywhere extends Home {
  /** Undefined before the tenant has made it. */
  readonly trustAnchorArn: string | undefined;
}

/** Longest value and the characters of a session tag, which the URI becomes. Source: STS API, Tag. */
const uris = /^[a-z][a-z0-9+.-]*:[\p{L}\p{N}_.:/=+\-@]{1,240}$/u;

const certificate = "-----BEGIN CERTIFICATE-----";

/** Lifetime of the credentials that a profile gives, in seconds. */
const profileSeconds = 3600;

/** IAM Roles Anywhere. */
export const rolesAnywhere: Federation<
  RolesAnywhereFederation,
  KnownRolesAnywhere,
  RolesAnywhereSubject
> = {
  knownBy: "subject",
  read: readRolesAnywhere,
  trust: (subject, { trustAnchorArn }, _, given) => {
    const uri = certificateUri(subject, given);
    if (trustAnchorArn === undefined) {
      throw argumentError(
        subject,
        "the tenant's rolesAnywhere has no `trustAnchorArn`; give `tenant.ref`, or the ARN of the trust anchor in it",
      );
    }
    return {
      statement: certificateTrust(trustAnchorArn, uri),
      proof: `${uri} of ${trustAnchorArn}`,
    };
  },
  proof: byVariables,
  register: ({ parent, resourceName, tenant, name, labels, roleArn }) => {
    const { arn } = new aws.rolesanywhere.Profile(
      resourceName,
      {
        name: derive(tenant, (known) => profileName(known, name)),
        roleArns: [roleArn],
        durationSeconds: profileSeconds,
        enabled: true,
        tags: labels,
      },
      { parent },
    );
    return { profileArn: arn };
  },
  provide: {
    isNeeded: ({ trustAnchorArn }) => trustAnchorArn === undefined,
    make: makeTrustAnchor,
  },
};

/** Makes a trust anchor, and returns the federation with its ARN. */
function makeTrustAnchor(
  { parent, resourceName, tenant, name, hasOthers }: Providing,
  { caBundle, certificateAuthorityArn, ...others }: RolesAnywhereFederation,
): RolesAnywhereFederation {
  const usual = `${resourceName}-anchor`;
  // A tenant that gets further federations keeps the anchor that it has.
  const aliases = name === undefined || hasOthers ? [] : [{ name: usual }];
  const { arn } = new aws.rolesanywhere.TrustAnchor(
    name === undefined ? usual : `${usual}.${name}`,
    {
      name: name === undefined ? tenant : `${tenant}_${name}`,
      enabled: true,
      source:
        certificateAuthorityArn === undefined
          ? { sourceType: "CERTIFICATE_BUNDLE", sourceData: { x509CertificateData: caBundle } }
          : { sourceType: "AWS_ACM_PCA", sourceData: { acmPcaArn: certificateAuthorityArn } },
      tags: { [tenantMark]: tenant },
    },
    { parent, ...(aliases.length > 0 && { aliases }) },
  );
  return { ...others, trustAnchorArn: arn };
}

/**
 * Statement by which certificates with one URI, from one trust anchor, and nothing else, assume a role.
 *
 * Without the conditions any certificate from any trust anchor of the account would do.
 * Source: IAM Roles Anywhere user guide, trust model.
 */
function certificateTrust(trustAnchorArn: string, uri: string): TrustStatement {
  return {
    Effect: "Allow",
    Principal: { Service: "rolesanywhere.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    Condition: {
      StringEquals: { "aws:PrincipalTag/x509SAN/URI": uri },
      ArnEquals: { "aws:SourceArn": trustAnchorArn },
    },
  };
}

function readRolesAnywhere(
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
      "account is missing; `caBundle` does not contain it, so give the roles' account",
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
  return { partition, account, trustAnchorArn };
}

function certificateUri(subject: string, given: pulumi.Unwrap<RolesAnywhereSubject>): string {
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
