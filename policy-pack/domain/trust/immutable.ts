import { hasWildcard } from "../../../core/pattern";
import type { Condition } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import { breadthOf, claimsWithPins, pinsOf } from "./breadth";
import { readable, type ClaimPattern } from "../../../core/trust/claim-pattern";
import { claimKey, type Issuer } from "../../../core/trust/issuers";
import { testedKey } from "./tested";
import { distinguishedBySubject } from "./certificate/distinguished-by-subject";

/** Whether a subject names its owner or project by what never changes. */
export type Immutability =
  /** By an id, or there is no name that could be released. */
  | { readonly kind: "immutable" }
  /** By names alone: the claim and a value that shows it. */
  | { readonly kind: "by name"; readonly claim: string; readonly value: ClaimPattern }
  | { readonly kind: "unknown"; readonly claim: string; readonly dependsOn: readonly Urn[] };

/**
 * Keys by which an id can be in a subject, or be tested as a claim of its own.
 *
 * Sources: docs.github.com, OpenID Connect reference; docs.gitlab.com, ID tokens.
 */
const idKeys = {
  github: ["repository_id", "repository_owner_id", "enterprise_id"],
  gitlab: ["project_id", "namespace_id"],
} as const;

/** What conditions contain about the names in subjects of GitHub and GitLab; other issuers have no reusable names in theirs. */
export function immutabilityOf(
  known: Issuer,
  conditions: readonly Condition[],
  variables: boolean,
): Immutability {
  const issuer = distinguishedBySubject(known, conditions, variables);
  const grammar = issuer.subject;
  if (grammar !== "github" && grammar !== "gitlab") return { kind: "immutable" };
  let found: Immutability = { kind: "immutable" };
  for (const claim of new Set([...claimsWithPins(issuer), ...issuer.claims])) {
    const tested = testedKey(conditions, claimKey(issuer, claim), variables);
    if (tested.kind === "none") return { kind: "immutable" };
    if (tested.kind !== "tested") continue;
    for (const { patterns, dependsOn } of tested.tests) {
      const named = patterns.find((value) => !containsId(grammar, claim, value));
      // One test by ids is enough, since all must be met.
      if (named === undefined && dependsOn === undefined) return { kind: "immutable" };
      const byName = patterns.find((value) => isByName(issuer, claim, value));
      if (byName !== undefined) found = { kind: "by name", claim, value: byName };
      else if (dependsOn !== undefined && found.kind === "immutable") {
        found = { kind: "unknown", claim, dependsOn };
      }
    }
  }
  return found;
}

/** Whether a value identifies the owner of the token, and only by names. */
function isByName(issuer: Issuer, claim: string, value: ClaimPattern): boolean {
  if (issuer.subject !== "github" && issuer.subject !== "gitlab") return false;
  if (containsId(issuer.subject, claim, value) || !namesOwner(claim, value)) return false;
  const pins = pinsOf(issuer, claim, value);
  return pins !== undefined && breadthOf({ ...issuer, tenancy: "shared" }, pins) !== "any";
}

/** Keys whose value is the name of an owner or of what an owner has. */
const nameKeys = [
  "repo",
  "repository",
  "repository_owner",
  "job_workflow_ref",
  "workflow_ref",
  "enterprise",
  "project_path",
  "namespace_path",
];

function namesOwner(claim: string, value: ClaimPattern): boolean {
  return pairsOf(claim, value).some(([key, text]) => nameKeys.includes(key) && !isOneCommit(text));
}

/** Whether a workflow is pinned by the hash of a commit: a new owner of the name must then have the same workflow. */
function isOneCommit(text: string): boolean {
  return /@[0-9a-f]{40}$/.test(text);
}

/** Whether a value has the id of an owner or of what an owner has, as `OWNER@ID/REPOSITORY@ID` or by a key for ids. */
function containsId(grammar: "github" | "gitlab", claim: string, value: ClaimPattern): boolean {
  const keys: readonly string[] = idKeys[grammar];
  return pairsOf(claim, value).some(([key, text]) => {
    if (keys.includes(key)) return text !== "" && !hasWildcard(text);
    if (grammar !== "github" || (key !== "repo" && key !== "repository")) return false;
    return text.split("/").some((part) => /^[^@]*@[0-9]+$/.test(part));
  });
}

function pairsOf(claim: string, value: ClaimPattern): readonly (readonly [string, string])[] {
  const text = readable(value);
  const parts = (claim === "sub" ? text : `${claim}:${text}`).split(":");
  return parts.flatMap((key, at) => {
    const next = parts[at + 1];
    return next === undefined ? [] : [[key, next] as const];
  });
}
