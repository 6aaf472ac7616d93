import { parseOperator, type Operator } from "../../../core/policy/condition/operator";
import type { Condition } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import type { Admission } from "./admission";
import { certificateService, certificatePins } from "./certificate/certificate";
import { issuerOfKey } from "./context";
import { claimKey, issuerOf, plainKey } from "../../../core/trust/issuers";
import { isNamingKey } from "./naming";
import { podIdentityService, podPins } from "./pod-identity";
import { severityOfService, plainService, sourcePin } from "./source";
import { bindsPresentValues, isGuard, testedKey } from "./tested";

/** A guard of a path into a role that is met also without the condition key it tests. */
interface OpenGuard {
  /** The condition key, as written. */
  readonly key: string;
  /** Its operators, as written. */
  readonly operators: readonly string[];
  /** Whether a key that is there has at least to have one of the values listed. */
  readonly bindsPresentValues: boolean;
}

/** The guards that fix nothing, with those that may yet be guards. */
export interface OpenGuards {
  readonly guards: readonly OpenGuard[];
  /** What conditions wait for of which nothing is known; undefined where all are known. */
  readonly dependsOn?: readonly Urn[];
}

/** What one part of a guard is about: a condition key, as {@link plainKey} writes it. */
type IsAbout = (key: string) => boolean;

const externalKeys = ["sts:externalid"];

/** Keys by which a trust of a whole account selects its callers. */
const callerKeys = [
  ...externalKeys,
  "sts:sourceidentity",
  "aws:username",
  "aws:multifactorauthpresent",
];

/**
 * Condition keys with several values, for which `ForAllValues` is meant. Source: IAM user guide, global condition keys and keys
 * of AWS STS, where each is documented as multivalued.
 */
const multivalued = [
  "aws:tagkeys",
  "aws:principalorgpaths",
  "aws:sourceorgpaths",
  "aws:vpceorgpaths",
  "aws:principalservicenameslist",
  "sts:identitytokenaudience",
  "sts:transitivetagkeys",
];

/**
 * The guards of a path into a role that are met also where the key is absent, or for all but some values, where nothing else
 * guards the same thing.
 *
 * @param written the conditions of the statement itself: what a Deny leaves is no written guard
 */
export function openGuards(way: Admission, written: readonly Condition[]): OpenGuards {
  const guards = partsOf(way).flatMap((isAbout) => openIn(way, isAbout, written));
  const seen = new Map(guards.map((guard) => [plainKey(guard.key), guard]));
  const waiting = way.conditions.filter((each) => each.kind === "unknown");
  const found = { guards: [...seen.values()] };
  if (waiting.length === 0) return found;
  return { ...found, dependsOn: [...new Set(waiting.flatMap((each) => each.dependsOn))] };
}

/** What has to be guarded for a principal, each part by itself. */
function partsOf({ principal }: Admission): readonly IsAbout[] {
  switch (principal.kind) {
    case "federated": {
      if (principal.issuer.kind === "unknown") return [];
      const issuer = issuerOf(principal.issuer.host);
      const keys = issuer.claims.map((claim) => claimKey(issuer, claim));
      return [(key) => keys.includes(key)];
    }
    case "everyone":
      return [isNamingKey];
    case "service":
      return partsOfService(plainService(principal.service));
    case "account":
      return [namesCaller];
    case "role":
    case "user":
    case "session":
      return [(key) => externalKeys.includes(key)];
    case "saml":
    case "canonical":
    case "other":
    case "unknown":
      return [];
  }
}

function partsOfService(service: string): readonly IsAbout[] {
  if (service === podIdentityService) return podPins.map(({ isKey }) => isKey);
  if (service === certificateService) return certificatePins.map(({ isKey }) => isKey);
  return severityOfService(service) === undefined ? [] : [sourcePin.isKey];
}

/** Whether a condition key selects callers of an account. */
export function namesCaller(key: string): boolean {
  if (callerKeys.includes(key) || key.startsWith("aws:principaltag/")) return true;
  return isNamingKey(key) && issuerOfKey(key) === undefined;
}

function openIn(
  { conditions, variables }: Admission,
  isAbout: IsAbout,
  written: readonly Condition[],
): readonly OpenGuard[] {
  const keys = new Set(
    conditions.flatMap((each) =>
      each.kind === "test" && isAbout(plainKey(each.key)) ? [plainKey(each.key)] : [],
    ),
  );
  const open: string[] = [];
  for (const key of keys) {
    if (testedKey(conditions, key, variables).kind !== "open") return [];
    open.push(key);
  }
  return open.flatMap((key) => openGuardOf(key, written));
}

/** The open guard of a key as it is written; nothing where only what a Deny leaves is about it. */
function openGuardOf(key: string, written: readonly Condition[]): readonly OpenGuard[] {
  const tests = written.flatMap((each) => {
    if (each.kind === "unknown" || plainKey(each.key) !== key) return [];
    const operator = parseOperator(each.operator);
    return operator === undefined || appliesToAll(key, operator) ? [] : [{ each, operator }];
  });
  const [first] = tests;
  if (first === undefined) return [];
  return [
    {
      key: first.each.key,
      operators: tests.map(({ each }) => each.operator),
      bindsPresentValues: tests.some(({ operator }) => bindsPresentValues(operator)),
    },
  ];
}

function appliesToAll(key: string, operator: Operator): boolean {
  const isMultivalued = multivalued.includes(key) || key.endsWith(":amr");
  return isMultivalued && operator.set === "all" && isGuard({ ...operator, set: "none" });
}
