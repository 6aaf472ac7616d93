import { hasWildcard, patternsOverlap } from "../pattern";
import grammars from "./grammars.json";
import type { Issuer, SubjectGrammar } from "./issuers";

/**
 * How many workloads a condition admits, narrowest first.
 *
 * `project`: any account of a namespace, any ref of a repository. `organisation`: any namespace of a cluster, any
 * repository of an owner. `anyone`: any customer of the issuer.
 */
export const breadths = ["nobody", "workload", "project", "organisation", "anyone"] as const;

/** How many workloads a condition admits. */
export type Breadth = (typeof breadths)[number];

/** A value a claim may have. */
export interface ClaimPattern {
  readonly text: string;
  /** Whether its wildcards stand for themselves, as under `StringEquals`. */
  readonly literal: boolean;
  /** Whether it must not be shown. */
  readonly secret: boolean;
}

/** What a value holds fast: bits for the organisation, the project and the workload, and whether it says anything at all. */
export type Pins = number;

const ORGANISATION = 1;
const PROJECT = 2;
const WORKLOAD = 4;
const SOMETHING = 8;

/** What one workload's exact subject holds fast. */
const everything: Pins = ORGANISATION | PROJECT | WORKLOAD | SOMETHING;

/** How many workloads the given pins admit at an issuer; a private issuer is itself one organisation's. */
export function breadthOf(issuer: Issuer, pins: Pins): Breadth {
  const own = issuer.tenancy === "private" && (pins & SOMETHING) !== 0;
  if ((pins & ORGANISATION) === 0 && !own) return "anyone";
  if ((pins & PROJECT) === 0) return "organisation";
  return (pins & WORKLOAD) === 0 ? "project" : "workload";
}

/** Claims besides the tenant's that hold something fast at an issuer, such as GitHub's `environment`. */
export function claimsWithPins(issuer: Issuer): readonly string[] {
  return isKeyed(issuer.subject) ? ["sub", ...Object.keys(grammars[issuer.subject])] : ["sub"];
}

/** What a claim's value holds fast; undefined where no token of the issuer can have it. */
export function pinsOf(issuer: Issuer, claim: string, value: ClaimPattern): Pins | undefined {
  // No issuer writes wildcards into a claim, so a literal one fits no token.
  if (value.literal && hasWildcard(value.text)) return undefined;
  if (isAllWildcards(value.text)) return 0;
  const exact = !hasWildcard(value.text);
  const subject = grammarOf(issuer, value.text);
  if (claim !== "sub") {
    const pins = isKeyed(subject) ? keyedPins(subject, `${claim}:${value.text}`) : undefined;
    if (pins !== undefined) return pins;
    return exact ? everything : ORGANISATION | SOMETHING;
  }
  if (subject === "kubernetes" || value.text.startsWith("system:serviceaccount:")) {
    return kubernetesPins(value.text);
  }
  if (value.text.startsWith("spiffe://")) return spiffePins(value.text);
  if (isKeyed(subject)) {
    return keyedPins(subject, value.text) ?? (exact ? everything : SOMETHING);
  }
  if (subject === "circleci") return circlePins(value.text);
  if (subject === "bitbucket") return bitbucketPins(value.text);
  return exact ? everything : plainPins(value.text);
}

function isAllWildcards(text: string): boolean {
  return /^[*?]+$/.test(text);
}

/** The issuer's grammar; a server of one's own whose grammar is not known is told by how its subjects start. */
function grammarOf(issuer: Issuer, subject: string): SubjectGrammar {
  if (issuer.subject !== "plain" || issuer.tenancy === "shared") return issuer.subject;
  if (subject.startsWith("repo:")) return "github";
  return subject.startsWith("project_path:") ? "gitlab" : "plain";
}

/** `system:serviceaccount:NAMESPACE:NAME`; neither name has a colon. */
function kubernetesPins(text: string): Pins | undefined {
  if (!patternsOverlap(text, "system:serviceaccount:?*:?*")) return undefined;
  const [, , namespace = "*", name = "*", ...more] = text.split(":");
  if (more.length > 0 && !hasWildcard(text)) return undefined;
  if (!text.startsWith("system:serviceaccount:") || hasWildcard(namespace)) {
    return ORGANISATION | SOMETHING;
  }
  return hasWildcard(name) || more.length > 0 ? ORGANISATION | PROJECT | SOMETHING : everything;
}

/** `spiffe://TRUST-DOMAIN/PATH`, where `/ns/NAMESPACE/` is what SPIRE and Istio write for Kubernetes. */
function spiffePins(text: string): Pins {
  if (!hasWildcard(text)) return everything;
  const [trustDomain = "", ...segments] = text.slice("spiffe://".length).split("/");
  if (hasWildcard(trustDomain)) return SOMETHING;
  const namespace = segments[0] === "ns" ? segments[1] : undefined;
  if (namespace !== undefined) {
    const whole = namespace !== "" && !hasWildcard(namespace) && segments.length > 2;
    return whole ? ORGANISATION | PROJECT | SOMETHING : ORGANISATION | SOMETHING;
  }
  const firstWild = segments.findIndex(hasWildcard);
  const inLast = firstWild > 0 && firstWild === segments.length - 1;
  return inLast ? ORGANISATION | PROJECT | SOMETHING : ORGANISATION | SOMETHING;
}

/** `org/ORG/project/PROJECT/user/USER…/vcs-ref/REF`; the issuer is the organisation's own. */
function circlePins(text: string): Pins {
  const parts = text.split("/");
  const project = after(parts, "project");
  if (project === undefined || hasWildcard(project)) return ORGANISATION | SOMETHING;
  const ref = after(parts, "vcs-ref");
  const pinned =
    !hasWildcard(text) ||
    (ref !== undefined && !hasWildcard(text.slice(text.indexOf("/vcs-ref/"))));
  return pinned ? everything : ORGANISATION | PROJECT | SOMETHING;
}

/** `{REPOSITORY}:{ENVIRONMENT}:{STEP}` or `{REPOSITORY}:{STEP}`; the issuer is the workspace's own. */
function bitbucketPins(text: string): Pins {
  const [repository = "", environment, ...more] = text.split(":");
  if (hasWildcard(repository)) return ORGANISATION | SOMETHING;
  const pinned = environment !== undefined && !hasWildcard(environment) && more.length > 0;
  return pinned ? everything : ORGANISATION | PROJECT | SOMETHING;
}

/** A subject of unknown form with a wildcard: only the last of several parts open is a project. */
function plainPins(text: string): Pins {
  const parts = text.split(/[:/|]/);
  const firstWild = parts.findIndex(hasWildcard);
  const inLast = firstWild > 0 && firstWild === parts.length - 1;
  return inLast ? ORGANISATION | PROJECT | SOMETHING : SOMETHING;
}

type Names = "organisation" | "project" | "workload" | "path" | "file";
type KeyedGrammar = Exclude<keyof typeof grammars, "comment">;

function isKeyed(subject: SubjectGrammar): subject is KeyedGrammar {
  return subject !== "plain" && Object.hasOwn(grammars, subject);
}

/** A subject of keys and values; undefined where it has no key of the grammar. */
function keyedPins(subject: KeyedGrammar, text: string): Pins | undefined {
  const keys: Readonly<Record<string, readonly string[]>> = grammars[subject];
  const parts = text.split(":");
  let pins = SOMETHING;
  let found = false;
  for (let at = 0; at < parts.length; at += 1) {
    const key = parts[at] ?? "";
    const value = parts[at + 1];
    if (!Object.hasOwn(keys, key) || value === undefined) continue;
    found = true;
    for (const names of keys[key] ?? []) pins |= pinsOfValue(names as Names, value);
    at += 1;
  }
  return found ? pins : undefined;
}

function pinsOfValue(names: Names, value: string): Pins {
  switch (names) {
    case "organisation":
      return hasWildcard(value) ? 0 : ORGANISATION;
    case "project":
      return hasWildcard(value) ? 0 : PROJECT;
    case "workload":
      return hasWildcard(value) ? 0 : WORKLOAD;
    case "path":
      return pathPins(value, Infinity);
    case "file":
      return pathPins(value, 2) | (hasWildcard(value) ? 0 : WORKLOAD);
  }
}

/** `OWNER/REPOSITORY`, of which the first `depth` segments name the project; ids after `@` may be left open. */
function pathPins(value: string, depth: number): Pins {
  const segments = value.split("/").map((segment) => segment.replace(/@\*$/, ""));
  const [owner = "", ...rest] = segments;
  if (owner === "" || hasWildcard(owner)) return 0;
  const project = rest.slice(0, depth - 1);
  const named = project.length > 0 && project.every((each) => each !== "" && !hasWildcard(each));
  return named ? ORGANISATION | PROJECT : ORGANISATION;
}

function after(parts: readonly string[], key: string): string | undefined {
  const at = parts.indexOf(key);
  return at === -1 ? undefined : parts[at + 1];
}
