import { trustAnchorType } from "../../../../core/aws/iam";
import { parseArn } from "../../../../core/arn";
import { parseOperator } from "../../../../core/policy/condition/operator";
import type { Condition } from "../../../../core/policy/statement";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { ClaimPattern } from "../../../../core/trust/claim-pattern";
import { guardBy, isExact, type Guard, type Pin } from "../guard";
import { plainKey } from "../../../../core/trust/issuers";

/** The service by which certificates assume roles. Source: IAM Roles Anywhere user guide, trust model. */
export const certificateService = "rolesanywhere.amazonaws.com";

/** What a trust of certificates has to fix: the certificate, and its trust anchor. */
export type CertificatePart = "certificate" | "trust anchor";

const subjectKey = /^aws:(?:principal|request)tag\/x509(?:subject|san)\/./;

/** What the conditions of a trust of IAM Roles Anywhere contain about each part. */
export function certificateGuards(
  conditions: readonly Condition[],
  variables: boolean,
): Readonly<Record<CertificatePart, Guard>> {
  const relevant = conditions.filter((each) => !variables || !comparesWithItself(each));
  return {
    certificate: guardBy(certificatePin, relevant, variables),
    "trust anchor": guardBy(anchorPin, conditions, variables),
  };
}

/** Whether a test compares a name of the certificate with itself: the session's tags and the request's are equal. */
function comparesWithItself(condition: Condition): boolean {
  if (condition.kind === "unknown") return false;
  const operator = parseOperator(condition.operator);
  const name = nameIn(condition.key);
  return (
    operator?.negated === false &&
    name !== undefined &&
    condition.values.some(
      (part) =>
        part.kind === "text" && nameIn(/^\$\{([^},]+)\}$/.exec(part.text)?.[1] ?? "") === name,
    )
  );
}

function nameIn(key: string): string | undefined {
  return /^aws:(?:principal|request)tag\/(x509(?:subject|san|issuer)\/.+)$/.exec(
    plainKey(key),
  )?.[1];
}

/** Attributes that many certificates have alike. Source: RFC 5280, section 4.1.2.4. */
const sharedName = /\/x509subject\/(?:c|dc|l|o|ou|st)$/;

/** What names a certificate. The source identity is its common name, which only its authority writes. */
export const certificatePin: Pin = {
  isKey: (key) => subjectKey.test(key) || key === "sts:sourceidentity",
  holds: (value) => !isAnyName(value),
  fixedByAny: (key) => !sharedName.test(key),
};

const anchorPin: Pin = {
  isKey: (key) => key === "aws:sourcearn",
  holds: (value) => isExact(value) && isTrustAnchor(value.text),
  settledBy: (urn) => typeInUrn(urn) === trustAnchorType,
  // What is no trust anchor's ARN trusts no principal.
  fixedByAny: () => true,
};

/** What fixes each part, in the order of {@link certificateParts}. */
export const certificatePins: readonly Pin[] = [certificatePin, anchorPin];

/** Whether a pattern takes every name: it has no more than a scheme, or an attribute's name, beside its wildcards. */
function isAnyName({ text, literal }: ClaimPattern): boolean {
  const name = text.replace(/^(?:[a-z][a-z0-9+.-]*:\/\/|CN=)/, "");
  return name === "" || (!literal && /^[*?/.:]*$/.test(name));
}

/** Whether a text is the ARN of one trust anchor. */
export function isTrustAnchor(text: string): boolean {
  const parsed = parseArn(text);
  return (
    parsed.ok &&
    parsed.arn.service === "rolesanywhere" &&
    parsed.arn.resource.startsWith("trust-anchor/")
  );
}
