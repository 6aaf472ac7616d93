import { hasWildcard, patternsOverlap } from "../../../core/pattern";
import { readable, type ClaimPattern } from "../../../core/trust/claim-pattern";
import grammars from "./grammars.json";
import type { Issuer, SubjectGrammar } from "../../../core/trust/issuers";
import { misformed } from "./subject-forms";
import { followed, type SubjectTemplate } from "../../../core/trust/subject-template";

/**
 * How many workloads a condition trusts, narrowest first.
 *
 * `project`: any account of a namespace, any ref of a repository. `organisation`: any namespace of a cluster, any repository of
 * an owner. `anyone`: any customer of the issuer.
 */
export const breadths = ["none", "workload", "project", "organisation", "any"] as const;

/** How many workloads a condition trusts. */
export type Breadth = (typeof breadths)[number];

/** What a value fixes: bits for the organisation, the project and the workload, and whether it fixes anything at all. */
export type Pins = number;

const ORGANISATION = 1;
const PROJECT = 2;
const WORKLOAD = 4;
const SOMETHING = 8;

/** What one workload's exact subject fixes. */
const everything: Pins = ORGANISATION | PROJECT | WORKLOAD | SOMETHING;

/** How many workloads the given pins trust at an issuer; a private issuer is itself one organisation's. */
export function breadthOf(issuer: Issuer, pins: Pins): Breadth {
  const own = issuer.tenancy === "private" && (pins & SOMETHING) !== 0;
  if ((pins & ORGANISATION) === 0 && !own) return "any";
  if ((pins & PROJECT) === 0) return "organisation";
  return (pins & WORKLOAD) === 0 ? "project" : "workload";
}

/** What the condition key of a session tag starts with. */
const tagPrefix = "aws:RequestTag/";

/** Claims besides the tenant's that fix something at an issuer, such as GitHub's `environment`. */
export function claimsWithPins(issuer: Issuer): readonly string[] {
  const tags = Object.keys(issuer.tags ?? {}).map((name) => tagPrefix + name);
  const keys = isKeyed(issuer.subject) ? Object.keys(grammars[issuer.subject]) : [];
  return ["sub", ...keys, ...tags];
}

/** Whether a claim names the tenant at an issuer: one of those listed, or one whose value is an owner or a thing of one. */
export function namesTenant(issuer: Issuer, claim: string): boolean {
  if (issuer.claims.includes(claim)) return true;
  if (!isKeyed(issuer.subject) || !issuer.claims.includes("sub")) return false;
  const keys: Readonly<Record<string, readonly string[]>> = grammars[issuer.subject];
  return (keys[claim] ?? []).some((each) => ["organisation", "path", "file"].includes(each));
}

/** What a claim's value fixes; undefined where no token of the issuer can have it. */
export function pinsOf(issuer: Issuer, claim: string, value: ClaimPattern): Pins | undefined {
  // No issuer writes wildcards into a claim, so a literal one fits no token.
  if (value.literal && hasWildcard(value.text)) return undefined;
  const problem = misformed(issuer, claim, value);
  if (problem?.kind === "impossible") return undefined;
  const text = readable(value);
  const pins = claim === "sub" ? subjectPins(issuer, text) : claimPins(issuer, claim, text);
  // One run of a project is no more than one workload.
  const isOneRun = problem?.kind === "once" && pins !== undefined && (pins & PROJECT) !== 0;
  return isOneRun ? pins | WORKLOAD : pins;
}

/** What every value of a claim fixes under an operator of equality; nothing where a value may match several. */
export function pinsOfAny(issuer: Issuer, claim: string): Pins {
  const isOfOne = claim === "sub" ? issuer.subject === "kubernetes" : claim === "aud";
  return isOfOne && issuer.claims.includes(claim) ? everything : 0;
}

function claimPins(issuer: Issuer, claim: string, text: string): Pins | undefined {
  if (isAllWildcards(text)) return 0;
  const names = claim.startsWith(tagPrefix)
    ? (issuer.tags?.[claim.slice(tagPrefix.length)] ?? [])
    : issuer.names?.[claim];
  if (names !== undefined) {
    return names.reduce((pins, each) => pins | pinsOfValue(each as Names, text), SOMETHING);
  }
  const subject = grammarOf(issuer, text);
  const pins = isKeyed(subject) ? keyedPins(subject, `${claim}:${text}`) : undefined;
  // The start of an audience identifies no single token: any token with the same start matches.
  return pins ?? (hasWildcard(text) ? SOMETHING : everything);
}

function subjectPins(issuer: Issuer, text: string): Pins | undefined {
  if (isAllWildcards(text)) return 0;
  const exact = !hasWildcard(text);
  if (issuer.subjects !== undefined) return templatePins(issuer.subjects, text);
  const subject = grammarOf(issuer, text);
  if (subject === "kubernetes" || text.startsWith("system:serviceaccount:")) {
    return kubernetesPins(text);
  }
  if (text.startsWith("spiffe://")) return spiffePins(text);
  // At most a pipeline: a token may have the id of a cluster or an organisation too.
  if (subject === "buildkite" && isUuid(text)) return ORGANISATION | PROJECT | SOMETHING;
  if (isKeyed(subject)) {
    // Where all customers share the issuer, a subject that names none of them is any customer's.
    const whole = exact && issuer.tenancy === "private" ? everything : SOMETHING;
    return keyedPins(subject, text) ?? whole;
  }
  if (subject === "circleci") return circlePins(text);
  if (subject === "bitbucket") return bitbucketPins(text);
  if (subject === "fly") return flyPins(text);
  return exact ? everything : plainPins(text);
}

/** What is fixed by every form of a subject; undefined where it can have none. */
function templatePins(templates: readonly SubjectTemplate[], text: string): Pins | undefined {
  return followed(templates, text)
    .map(({ names }) =>
      names.reduce((pins, each) => pins | pinsOfValue(each as Names, each), SOMETHING),
    )
    .reduce<Pins | undefined>((all, pins) => (all === undefined ? pins : all & pins), undefined);
}

/** Whether a text has the form of an id such as Buildkite's, with at most parts of it left open. */
function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function isAllWildcards(text: string): boolean {
  return /^[*?]+$/.test(text);
}

/** The issuer's grammar; a private server of unknown grammar is recognised by the start of its subjects. */
export function grammarOf(issuer: Issuer, subject: string): SubjectGrammar {
  if (issuer.subject !== "plain" || issuer.tenancy === "shared") return issuer.subject;
  if (subject.startsWith("system:serviceaccount:")) return "kubernetes";
  // With a further key before the owner it is another's, such as `repo:github:OWNER/REPOSITORY`.
  if (subject.startsWith("repo:") && !/^repo:[^/:*?]*:/.test(subject)) return "github";
  if (subject.startsWith("organization:") && subject.includes(":workspace:")) return "terraform";
  return subject.startsWith("project_path:") ? "gitlab" : "plain";
}

/** `system:serviceaccount:NAMESPACE:NAME`; neither name has a colon, so that both are known from the end too. */
function kubernetesPins(pattern: string): Pins | undefined {
  if (!patternsOverlap(pattern, "system:serviceaccount:?*:?*")) return undefined;
  // Without a star it has three colons, so the stand-in for a missing one is one.
  const dividers = pattern.replace(/[^:?]/g, "").length;
  const text = pattern.includes("*") || dividers !== 3 ? pattern : pattern.replaceAll("?", ":");
  const parts = text.split(":");
  if (parts.length > 4 && !hasWildcard(text)) return undefined;
  let pins = ORGANISATION | SOMETHING;
  const fromStart = text.startsWith("system:serviceaccount:");
  // The text between two dividers is a whole part of the subject, and only the namespace may be any.
  const between = parts.slice(fromStart ? 2 : 1, -1);
  if (between.some((part) => isNamed(part) && (fromStart || part !== "serviceaccount"))) {
    pins |= PROJECT;
  }
  if (parts.length < 2 || !isNamed(parts.at(-1) ?? "")) return pins;
  return pins | WORKLOAD;
}

function isNamed(part: string): boolean {
  return part !== "" && !hasWildcard(part);
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

/** `org/ORG/project/PROJECT/user/USER…/vcs-ref/REF`, or what CircleCI itself does for an organisation. */
function circlePins(text: string): Pins {
  const parts = text.split("/");
  const own = isNamed(after(parts, "org") ?? "") ? ORGANISATION | SOMETHING : SOMETHING;
  const project = after(parts, "project");
  if (project === undefined) return hasWildcard(text) ? own : everything;
  const ref = after(parts, "vcs-ref");
  const hasRef = ref !== undefined && !hasWildcard(text.slice(text.indexOf("/vcs-ref/")));
  // A claim of its own may fix the project.
  if (hasWildcard(project)) return hasRef ? own | WORKLOAD : own;
  const pinned = !hasWildcard(text) || hasRef;
  return pinned ? everything : ORGANISATION | PROJECT | SOMETHING;
}

/** `{REPOSITORY}:{ENVIRONMENT}:{STEP}` or `{REPOSITORY}:{STEP}`, of one run; the issuer is the workspace's own. */
function bitbucketPins(text: string): Pins {
  if (!hasWildcard(text)) return everything;
  const [repository = "", environment, ...more] = text.split(":");
  // An id in braces is whole, whatever follows it.
  const isWhole = !hasWildcard(repository) || /^\{[^{}*?]+\}/.test(repository);
  if (!isWhole) return ORGANISATION | SOMETHING;
  const pinned = environment !== undefined && !hasWildcard(environment) && more.length > 0;
  return pinned ? everything : ORGANISATION | PROJECT | SOMETHING;
}

/** `ORGANISATION:APP:MACHINE`; the issuer is the organisation's own, and the machines of an app are one workload. */
function flyPins(text: string): Pins {
  const parts = text.split(":");
  const [organisation = "", app = ""] = parts;
  // Only where all dividers are in it can no star match one.
  const isApp = parts.length === 3 || !hasWildcard(organisation);
  return isApp && isNamed(app) ? everything : ORGANISATION | SOMETHING;
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
    for (const names of keys[key] ?? []) {
      pins |= pinsOfValue(names as Names, value, parts[at + 2]);
    }
    at += 1;
  }
  if (!found) return undefined;
  // A branch and a tag may have one name at GitLab, and any author of code creates either.
  const isEitherRef = subject === "gitlab" && hasWildcard(text) && !/:ref_type:[a-z]+:/.test(text);
  return isEitherRef ? pins & ~WORKLOAD : pins;
}

/** @param next what follows the value; undefined where nothing does */
function pinsOfValue(names: Names, value: string, next?: string): Pins {
  switch (names) {
    case "organisation":
      return hasWildcard(value) ? 0 : ORGANISATION;
    case "project":
      return hasWildcard(value) ? 0 : PROJECT;
    case "workload":
      return hasWildcard(value) ? 0 : WORKLOAD;
    case "path":
      return pathPins(value, Infinity, next);
    case "file":
      return pathPins(value, 2) | (hasWildcard(value) ? 0 : WORKLOAD);
  }
}

/** An id that is open, wholly or at its end; what precedes it is a whole name. */
const openId = /@[0-9]*\*$/;

/**
 * `OWNER/REPOSITORY`, of which the first `depth` segments name the project; ids after `@` may be left open, and so may
 * names before an id.
 */
function pathPins(value: string, depth: number, next?: string): Pins {
  const segments = value.split("/");
  // A star before an id takes the rest of another subject, unless a key follows that ends it.
  const byId = next === undefined || hasWildcard(next) ? undefined : /^[^@]*(?=@[0-9]+$)/;
  const [owner = "", ...rest] = byId ? segments.map((each) => each.replace(byId, "")) : segments;
  if (!isNamed(owner.replace(openId, ""))) return 0;
  // Where nothing follows, an open id takes any text, such as another repository with its branch.
  const named =
    next === undefined
      ? [owner, ...rest]
      : [owner, ...rest].map((each) => each.replace(openId, ""));
  const project = named.slice(0, depth);
  return project.length > 1 && project.every(isNamed) ? ORGANISATION | PROJECT : ORGANISATION;
}

function after(parts: readonly string[], key: string): string | undefined {
  const at = parts.indexOf(key);
  return at === -1 ? undefined : parts[at + 1];
}
