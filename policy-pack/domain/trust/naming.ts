import type { NotKnown } from "../../../core/certainty";
import { isAccountId, parseArn } from "../../../core/arn";
import { hasWildcard } from "../../../core/pattern";
import type { Condition } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import { breadthOf, pinsOf } from "./breadth";
import { misformedForAws } from "./aws-values";
import type { ClaimPattern } from "../../../core/trust/claim-pattern";
import { issuerOfKey } from "./context";
import { issuerOf, plainKey } from "../../../core/trust/issuers";
import { requiresOwn } from "./own-owner";
import { testedKey, type AcceptedValues } from "./tested";

/** Whether the conditions name an account, an organisation or an identity that the caller has to be of. */
export type Naming =
  | { readonly kind: "named" }
  /** `operators` are those that look like a guard and are none. */
  | { readonly kind: "unnamed"; readonly operators: readonly string[] }
  | NotKnown;

type Names = (text: string) => boolean;

/**
 * Condition keys that identify the caller, with what their value must be to name one.
 *
 * Left out on purpose: `aws:PrincipalTag` and `aws:username`, which every account sets as it likes; `sts:ExternalId`, a shared
 * secret; addresses, which name no one. Source: IAM user guide, global condition keys.
 */
const namingKeys: Readonly<Record<string, Names>> = {
  "aws:principalorgid": isExact,
  "aws:principalorgpaths": isOrganisationPath,
  "aws:principalaccount": isAccountId,
  "aws:principalarn": isArnOfAccount,
  "aws:principalservicename": isExact,
  "aws:userid": isUserId,
  "aws:sourceaccount": isAccountId,
  "aws:sourceowner": isAccountId,
  "aws:sourcearn": isArnOfAccount,
  "aws:sourceorgid": isExact,
  "aws:sourceorgpaths": isOrganisationPath,
  "aws:vpceaccount": isAccountId,
  "aws:vpceorgid": isExact,
  "aws:vpceorgpaths": isOrganisationPath,
  "aws:sourcevpce": isExact,
  "aws:sourcevpc": isExact,
  "saml:aud": isExact,
  "saml:iss": isExact,
  "saml:sub": isExact,
};

/** Returns whether the conditions name the caller; one key that does is enough, since all must be met. */
export function namingOf(conditions: readonly Condition[], variables = true): Naming {
  const operators: string[] = [];
  const dependsOn: Urn[] = [];
  let waiting = false;
  const keys = new Set<string>();
  for (const condition of conditions) {
    if (condition.kind === "test") keys.add(plainKey(condition.key));
    else {
      waiting = true;
      dependsOn.push(...condition.dependsOn);
    }
  }
  if (conditions.some((each) => requiresOwn(each, variables))) return { kind: "named" };
  for (const key of keys) {
    const names = namesBy(key);
    if (names === undefined) continue;
    const tested = testedKey(conditions, key, variables);
    if (tested.kind === "none") return { kind: "named" };
    if (tested.kind === "open") operators.push(...tested.operators);
    if (tested.kind !== "tested") continue;
    for (const test of tested.tests) {
      if (!test.patterns.every(names)) continue;
      if (test.dependsOn === undefined || namesWhichever(key, test)) return { kind: "named" };
      waiting = true;
      dependsOn.push(...test.dependsOn);
    }
  }
  return waiting ? { kind: "unknown", dependsOn } : { kind: "unnamed", operators };
}

/** Whether a value that is not known yet names someone, whichever it is: one text of an account, an organisation or an identity does. */
function namesWhichever(key: string, { isExact: isOneText }: AcceptedValues): boolean {
  return isOneText === true && Object.hasOwn(namingKeys, key);
}

/** Whether a condition key identifies the caller: its account, organisation or identity, or a claim of its token. */
export function isNamingKey(key: string): boolean {
  const plain = key.toLowerCase();
  return Object.hasOwn(namingKeys, plain) || issuerOfKey(plain) !== undefined;
}

/** How a value of a condition key names a principal; undefined for keys that do not identify the caller. */
export function namesBy(key: string): ((value: ClaimPattern) => boolean) | undefined {
  const names = Object.hasOwn(namingKeys, key) ? namingKeys[key] : undefined;
  if (names !== undefined) return (value) => isMetByNoPrincipal(key, value) || names(value.text);
  const host = issuerOfKey(key);
  if (host === undefined) return undefined;
  const issuer = issuerOf(host);
  const claim = issuer.claims.find((each) => key === `${host}:${each.toLowerCase()}`);
  if (claim === undefined) return undefined;
  return (value) => {
    const pins = pinsOf(issuer, claim, value);
    return pins === undefined || breadthOf(issuer, pins) !== "any";
  };
}

/** Whether no caller has such a value, so that its meaning does not matter. */
function isMetByNoPrincipal(key: string, value: ClaimPattern): boolean {
  if (value.literal && hasWildcard(value.text)) return true;
  return misformedForAws(key, value)?.kind === "impossible";
}

function isExact(text: string): boolean {
  return text !== "" && !hasWildcard(text);
}

/** `o-…/r-…/ou-…/*`: the organisation has to be named. */
function isOrganisationPath(text: string): boolean {
  return isExact(text.split("/")[0] ?? "");
}

/** An ARN whose account is named; where it has none, as a bucket's, the resource. */
function isArnOfAccount(text: string): boolean {
  const parsed = parseArn(text);
  // What follows the account may be left out: `arn:aws:iam::111122223333*`.
  if (!parsed.ok) return /^arn:[^:]+:[^:]+:[^:]*:[0-9]{12}\*/.test(text);
  const { account, resource } = parsed.arn;
  return account === "" ? isExact(resource.split("/")[0] ?? "") : isAccountId(account);
}

/** `AROA…:session`: the id of the user or role has to be named. */
function isUserId(text: string): boolean {
  return isExact(text.split(":")[0] ?? "");
}
