import type * as pulumi from "@pulumi/pulumi";
import { issuerOf, type Issuer } from "../../core/trust/issuers";
import { argumentError, fitting } from "../arguments/argument-error";
import { audienceWanted, exactText } from "../arguments/exact-text";
import { byToken, byVariables, type Federation } from "./federation";
import { readProvider, type KnownProvider } from "./oidc-provider";

/** Any OIDC issuer with an IAM OIDC provider in AWS. */
export interface OidcFederation {
  /** ARN of the IAM OIDC provider, in the account where the tenant's roles are made. */
  providerArn: pulumi.Input<string>;
  /** Audience of the tokens, one that is meant for AWS or for this tenant alone. */
  audience: pulumi.Input<string>;
  /**
   * What the subjects of all the tenant's workloads start with, such as `organization:acme:`. Default: anything;
   * required of an issuer that all its customers share and that names them in the subject.
   */
  subjectPrefix?: pulumi.Input<string>;
  /** A further claim that names the tenant. Default: none; required of an issuer that names its customers by it alone. */
  tenantClaim?: TenantClaim;
}

/** A claim by which an issuer names the tenant. */
export interface TenantClaim {
  /** Name of the claim, such as `app_id`; not `sub` or `aud`, which are always tested. */
  claim: pulumi.Input<string>;
  /** Its whole value. */
  value: pulumi.Input<string>;
}

/** The tokens that prove a workload. */
export interface OidcSubject {
  /** The tokens' `sub`, whole, without wildcards; it starts with the tenant's `subjectPrefix`. */
  subject: pulumi.Input<string>;
}

/** An OIDC issuer with all values known and checked. */
interface KnownOidc extends KnownProvider {
  readonly audience: string;
  readonly subjectPrefix: string;
  /** Values of further condition keys. */
  readonly claims: Readonly<Record<string, string>>;
}

/** Name of a claim, or a whole condition key. */
const claims = /^(?=.{1,255}$)[\w.-]+(?:[:/][\w.:/-]+)?$/;

/** Any other OIDC issuer. */
export const oidc: Federation<OidcFederation, KnownOidc, OidcSubject> = {
  knownBy: "subject",
  read: readOidc,
  trust: (subject, known, _, given) =>
    byToken({ ...known, subject: oidcSubject(subject, known, given) }),
  proof: byVariables,
};

function readOidc(subject: string, given: pulumi.Unwrap<OidcFederation>): KnownOidc {
  const { audience, subjectPrefix, tenantClaim } = given;
  const provider = readProvider(subject, given.providerArn, "issuer.example.com");
  fitting(subject, "audience", audience, exactText, audienceWanted);
  if (subjectPrefix !== undefined) {
    fitting(
      subject,
      "subjectPrefix",
      subjectPrefix,
      exactText,
      "the start of the tenant's subjects, such as `organization:acme:`",
    );
  }
  const issuer = issuerOf(provider.issuer);
  if (issuer.tenancy === "shared") checkTenancy(subject, issuer, given);
  return {
    ...provider,
    audience,
    subjectPrefix: subjectPrefix ?? "",
    claims: tenantClaim === undefined ? {} : claimOf(subject, provider.issuer, tenantClaim),
  };
}

function oidcSubject(
  subject: string,
  { subjectPrefix }: KnownOidc,
  given: pulumi.Unwrap<OidcSubject>,
): string {
  fitting(
    subject,
    "subject.oidc.subject",
    given.subject,
    exactText,
    "the tokens' whole `sub`, without wildcards",
  );
  if (!given.subject.startsWith(subjectPrefix)) {
    throw argumentError(
      subject,
      `subject.oidc.subject \`${given.subject}\` is not the tenant's; give one that starts with \`${subjectPrefix}\``,
    );
  }
  return given.subject;
}

/** All customers of a shared issuer get its tokens, so one of its claims has to name the customer. */
function checkTenancy(subject: string, issuer: Issuer, given: pulumi.Unwrap<OidcFederation>): void {
  const { claims, host, name } = issuer;
  if (given.tenantClaim !== undefined && claims.includes(given.tenantClaim.claim)) return;
  if (claims.includes("sub")) {
    if (given.subjectPrefix !== undefined) return;
    throw argumentError(
      subject,
      `all customers of ${name} share the issuer \`${host}\`; give \`subjectPrefix\`, the start of the subjects that are the tenant's`,
    );
  }
  // The audience is always tested.
  if (claims.includes("aud")) return;
  throw argumentError(
    subject,
    `all customers of ${name} share the issuer \`${host}\`; give \`tenantClaim\` with the claim ${claims.map((claim) => `\`${claim}\``).join(" or ")}`,
  );
}

function claimOf(
  subject: string,
  issuer: string,
  { claim, value }: pulumi.Unwrap<TenantClaim>,
): Readonly<Record<string, string>> {
  if (claim === "sub" || claim === "aud" || !claims.test(claim)) {
    throw argumentError(
      subject,
      `tenantClaim.claim is \`${claim}\`; give a claim other than \`sub\` and \`aud\`, which are always tested`,
    );
  }
  fitting(subject, "tenantClaim.value", value, exactText, "the claim's whole value");
  return { [claim.includes(":") ? claim : `${issuer}:${claim}`]: value };
}
