import type { PolicyDocument } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import { admissions, type Admission } from "./admission";
import type { ClaimPattern } from "../../../core/trust/claim-pattern";
import { closed } from "./closed";
import { issuerOfKey } from "./context";
import { severityOfSubject, type Grading } from "./grading";
import { claimKey, issuerOf, type Issuer } from "../../../core/trust/issuers";
import { oncePerDocument } from "./once-per-document";
import type { Lookups, Principal } from "./principal";
import { testedKey } from "./tested";

/** Whether a token's audience is tested. */
interface Audience {
  readonly kind: "tested" | "untested" | "unknown";
  /** What settles it where it is not known. */
  readonly dependsOn: readonly Urn[];
  /** Of one that is not tested: operators that look like a test and bind no audience. */
  readonly open?: readonly string[];
  /** Of one that is not tested: a value that every audience fits. */
  readonly any?: ClaimPattern;
}

/** A path by which tokens of an OIDC issuer assume a role, with its conditions on them. */
export interface TokenPath {
  readonly admission: Admission;
  readonly principal: Extract<Principal, { kind: "federated" }>;
  /** Undefined where the issuer is not known yet. */
  readonly issuer?: Issuer;
  /** The issuer whose claims are tested, where the provider's own is not known yet. */
  readonly assumed?: Issuer;
  readonly subject: Grading;
  readonly audience: Audience;
}

/** Conditions on the tokens of one issuer. */
interface Verdict {
  readonly subject: Grading;
  readonly audience: Audience;
}

/** Judges conditions, and each pair of conditions and issuer once: a statement may name many providers of one issuer. */
type Judge = (admission: Admission, issuer: Issuer) => Verdict;

/** The paths by which tokens assume the role of a trust policy. */
export const tokenPaths = oncePerDocument(pathsOf);

function pathsOf(document: PolicyDocument, lookups: Lookups): readonly TokenPath[] {
  const judge = createJudge();
  return admissions(document, lookups).flatMap((admission) => {
    const { principal } = admission;
    return principal.kind === "federated" ? [pathOf(admission, principal, judge)] : [];
  });
}

function createJudge(): Judge {
  const known = new Map<Admission["conditions"], Map<string, Verdict>>();
  return (admission, issuer) => {
    const { conditions, variables } = admission;
    const byHost = known.get(conditions) ?? new Map<string, Verdict>();
    known.set(conditions, byHost);
    let verdict = byHost.get(issuer.host);
    if (verdict === undefined) {
      const subject = severityOfSubject(issuer, conditions, variables);
      verdict = { subject, audience: audienceAt(issuer, admission) };
      byHost.set(issuer.host, verdict);
    }
    return verdict;
  };
}

function pathOf(admission: Admission, principal: TokenPath["principal"], judge: Judge): TokenPath {
  if (principal.issuer.kind === "known") {
    const issuer = issuerOf(principal.issuer.host);
    return { admission, principal, issuer, ...judge(admission, issuer) };
  }
  const { dependsOn } = principal.issuer;
  const [assumed] = issuersTested(admission);
  // Where no claim of any issuer is tested nothing guards the role, whichever issuer it is.
  if (assumed === undefined) return { admission, principal, ...judge(admission, issuerOf("")) };
  // Tokens of the issuer that is tested come in as graded, those of any other not at all.
  const { subject, audience } = judge(admission, assumed);
  const all = distinct(audience.dependsOn, dependsOn);
  return {
    admission,
    principal,
    assumed,
    subject: asUncertain(subject, dependsOn),
    audience: audience.kind === "tested" ? audience : { kind: "unknown", dependsOn: all },
  };
}

function asUncertain(subject: Grading, dependsOn: Grading["dependsOn"]): Grading {
  switch (subject.kind) {
    case "unguarded":
    case "unknown":
      return { kind: "unknown", dependsOn };
    case "graded":
      return { ...subject, atLeast: "none", dependsOn: distinct(subject.dependsOn, dependsOn) };
  }
}

function audienceAt(issuer: Issuer, admission: Admission): Audience {
  const { conditions, variables } = admission;
  // Every token has an audience, so a test that is also met without one restricts it all the same.
  const closing = conditions.map(closed);
  const open: string[] = [];
  const any: ClaimPattern[] = [];
  const waiting = conditions.filter((each) => each.kind === "unknown");
  const dependsOn = waiting.flatMap((each) => each.dependsOn);
  let isUnknown = waiting.length > 0;
  for (const claim of issuer.audienceClaims) {
    const tested = testedKey(closing, claimKey(issuer, claim), variables);
    if (tested.kind === "none") return certainly("tested");
    if (tested.kind === "open") open.push(...tested.operators);
    if (tested.kind !== "tested") continue;
    for (const test of tested.tests) {
      const taken = test.patterns.find(acceptsAnything);
      if (taken !== undefined) any.push(taken);
      else if (test.dependsOn === undefined || test.isExact === true) return certainly("tested");
      else {
        isUnknown = true;
        dependsOn.push(...test.dependsOn);
      }
    }
  }
  if (isUnknown) return { kind: "unknown", dependsOn: distinct(dependsOn) };
  const [loosest] = any;
  return { ...certainly("untested"), open, ...(loosest && { any: loosest }) };
}

function certainly(kind: "tested" | "untested"): Audience {
  return { kind, dependsOn: [] };
}

function distinct(...lists: readonly (readonly Urn[])[]): readonly Urn[] {
  return [...new Set(lists.flat())];
}

function acceptsAnything(value: ClaimPattern): boolean {
  return !value.literal && value.text.includes("*") && /^[*?]+$/.test(value.text);
}

/** The issuers whose claims the conditions test. */
function issuersTested(admission: Admission): readonly Issuer[] {
  const hosts = new Set<string>();
  for (const condition of admission.conditions) {
    if (condition.kind === "unknown") continue;
    const host = issuerOfKey(condition.key);
    if (host !== undefined) hosts.add(host);
  }
  return [...hosts].map(issuerOf);
}
