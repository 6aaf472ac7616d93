import type { Condition } from "../../../core/policy/statement";
import type { Severity } from "../../../core/severity";
import { typeInUrn } from "../../../core/snapshot/resource";
import { misformedForAws } from "./aws-values";
import type { ClaimPattern } from "../../../core/trust/claim-pattern";
import { guardBy, isExact, type Guard, type Pin } from "./guard";
import { namesBy } from "./naming";
import { requiresOwn } from "./own-owner";
import data from "./services.json";

const grades = new Map(
  data.services.map(({ service, severity }) => [service, severity as Severity]),
);
const arnServices = new Map(
  data.services.flatMap((each) =>
    each.arnService === undefined ? [] : [[each.service, each.arnService] as const],
  ),
);

const externalId = "sts:externalid";
const sourceKeys = ["aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"];
const organisationKeys = ["aws:principalorgid", "aws:principalorgpaths"];
const sourceIdentity = "sts:sourceidentity";

/**
 * What restricts the source for which a service acts.
 *
 * A few services send an external id, as Amazon Cognito does for messages; a test of it trusts no other service.
 */
export const sourcePin: Pin = {
  isKey: (key) => sourceKeys.includes(key) || key === externalId,
  holds: (value, key) => (key === externalId ? isExact(value) : namesBy(key)?.(value) === true),
  fixedByAny: (key) => key !== "aws:sourcearn",
  // The ARN of a resource of the stack, or an account in one.
  settledBy: (urn) => typeInUrn(urn).startsWith("aws:"),
};

/** An external id, which is for one customer, or an organisation. */
const externalPin: Pin = {
  isKey: (key) => key === externalId || organisationKeys.includes(key),
  holds: (value, key) =>
    key === externalId ? namesCustomer(value) : namesBy(key)?.(value) === true,
  fixedByAny: (key) => key !== "aws:principalorgpaths",
};

/**
 * Whether an external id is whole, or begins with a whole name: a vendor such as Spacelift writes `CUSTOMER@…` itself. What is
 * no external id trusts no principal.
 */
function namesCustomer(value: ClaimPattern): boolean {
  if (misformedForAws(externalId, value) !== undefined) return true;
  return isExact(value) || (!value.literal && /^[^*?]*[^*?@:/|][@:/|]/.test(value.text));
}

/** A source identity names the user of the caller; the caller chooses it. */
const callerPin: Pin = {
  isKey: (key) => key === sourceIdentity,
  holds: (value) => /[^*?]/.test(value.text),
};

/**
 * How bad it is when a trust of an AWS service does not restrict its source; undefined for a service without a source, or an
 * unlisted one.
 *
 * @param service as the policy names it; regions and other partitions count as the same service
 */
export function severityOfService(service: string): Severity | undefined {
  return grades.get(plainService(service));
}

/** How ARNs name a service: tasks of `ecs-tasks.amazonaws.com` are `arn:aws:ecs:…`. */
export function arnServiceOf(service: string): string {
  const plain = plainService(service);
  return arnServices.get(plain) ?? plain.replace(/\..*/s, "");
}

/** A service as it is known everywhere: `states.eu-west-1.amazonaws.com` and `states.amazonaws.com.cn` are one. */
export function plainService(service: string): string {
  return service
    .toLowerCase()
    .replace(/\.cn$/, "")
    .replace(/\.[a-z]{2}(?:-[a-z]+)+-[0-9]+\.amazonaws\.com$/, ".amazonaws.com");
}

/** Whether the conditions name the account, organisation or resource on whose behalf a service acts. */
export function sourceGuard(conditions: readonly Condition[], variables: boolean): Guard {
  if (conditions.some((each) => requiresOwn(each, variables))) return { kind: "pinned" };
  return guardBy(sourcePin, conditions, variables);
}

/** Whether the conditions restrict a caller of another account to an external id, a source identity or an organisation. */
export function externalGuard(conditions: readonly Condition[], variables: boolean): Guard {
  if (conditions.some((each) => requiresOwn(each, variables))) return { kind: "pinned" };
  return guardBy(externalPin, conditions, variables);
}

/** Whether a caller has to name a source, which is enough where it may be one's own. */
export function namesAudience(conditions: readonly Condition[], variables: boolean): boolean {
  return guardBy(callerPin, conditions, variables).kind === "pinned";
}
