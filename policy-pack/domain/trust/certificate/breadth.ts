import { hasWildcard } from "../../../../core/pattern";
import type { Condition } from "../../../../core/policy/statement";
import { breadthOf, breadths, pinsOf, type Breadth } from "../breadth";
import { certificateGuards, certificatePin } from "./certificate";
import type { ClaimPattern } from "../../../../core/trust/claim-pattern";
import type { Grading } from "../grading";
import { issuerOf, plainKey } from "../../../../core/trust/issuers";
import { testedKey } from "../tested";

/**
 * Attributes of a certificate's subject that many certificates share, with how many workloads one value trusts; all others
 * count as names of one. Source: RFC 5280, section 4.1.2.4.
 */
const sharedAttributes: Readonly<Record<string, Breadth>> = {
  c: "organisation",
  dc: "organisation",
  l: "organisation",
  o: "organisation",
  ou: "project",
  st: "organisation",
};

/** A condition key with how many workloads it trusts, and the loosest of its values. */
interface Narrowed {
  readonly claim: string;
  readonly breadth: Breadth;
  readonly value?: ClaimPattern;
}

/**
 * How many workloads the conditions of a trust of IAM Roles Anywhere include by the names in their certificates; undefined
 * where no condition names a certificate, or no known one does.
 */
export function severityOfCertificate(
  conditions: readonly Condition[],
  variables: boolean,
): Extract<Grading, { kind: "graded" }> | undefined {
  if (certificateGuards(conditions, variables).certificate.kind !== "pinned") return undefined;
  let narrowest: Narrowed | undefined;
  const dependsOn: string[] = [];
  for (const key of keysIn(conditions)) {
    const tested = testedKey(conditions, plainKey(key), variables);
    if (tested.kind !== "tested") continue;
    for (const test of tested.tests) {
      if (test.dependsOn !== undefined) {
        dependsOn.push(...test.dependsOn);
        continue;
      }
      const found = loosest(key, test.patterns);
      if (narrowest === undefined || rank(found.breadth) < rank(narrowest.breadth)) {
        narrowest = found;
      }
    }
  }
  if (narrowest === undefined) return undefined;
  const { breadth, ...shown } = narrowest;
  const isOpen = dependsOn.length > 0 || conditions.some((each) => each.kind === "unknown");
  return {
    kind: "graded",
    atLeast: isOpen ? "none" : breadth,
    atMost: breadth,
    ...shown,
    dependsOn,
  };
}

/** Keys of tests that name a certificate, as written, each once. */
function keysIn(conditions: readonly Condition[]): readonly string[] {
  const keys = new Map<string, string>();
  for (const each of conditions) {
    if (each.kind !== "test" || !certificatePin.isKey(plainKey(each.key))) continue;
    if (!keys.has(plainKey(each.key))) keys.set(plainKey(each.key), each.key);
  }
  return [...keys.values()];
}

function loosest(claim: string, patterns: readonly ClaimPattern[]): Narrowed {
  return patterns.reduce<Narrowed>(
    (found, value) => {
      const breadth = breadthOfName(plainKey(claim), value);
      return rank(breadth) > rank(found.breadth) ? { claim, breadth, value } : found;
    },
    { claim, breadth: "none" },
  );
}

/** How many workloads have a name, by its condition key in lowercase. */
export function breadthOfName(key: string, value: ClaimPattern): Breadth {
  if (value.literal && hasWildcard(value.text)) return "none";
  if (value.text.startsWith("spiffe://")) return breadthOfUri(value);
  const attribute = /\/x509subject\/([^/]+)$/.exec(key)?.[1] ?? "";
  const shared = Object.hasOwn(sharedAttributes, attribute)
    ? sharedAttributes[attribute]
    : undefined;
  if (hasWildcard(value.text)) return shared === undefined ? "project" : "organisation";
  return shared ?? "workload";
}

/** A SPIFFE ID contains its parents; the owner of the trust anchor runs its trust domains. */
function breadthOfUri(value: ClaimPattern): Breadth {
  const own = issuerOf("");
  const pins = pinsOf(own, "sub", value);
  return pins === undefined ? "none" : breadthOf(own, pins);
}

function rank(breadth: Breadth): number {
  return breadths.indexOf(breadth);
}
