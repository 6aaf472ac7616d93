import type { PolicyDocument } from "../policy/statement";
import { admissions, type Admission } from "./admission";
import { issuerOfKey } from "./context";
import { gradeSubject, type Grading } from "./grade";
import { claimKey, issuerOf, type Issuer } from "./issuers";
import type { Lookups, Principal } from "./principal";
import { testedKey } from "./tested";

/** Whether a token's audience is tested. */
export type Audience = "tested" | "untested" | "unknown";

/** A way by which tokens of an OIDC issuer obtain a role, with what its conditions say of them. */
export interface TokenWay {
  readonly admission: Admission;
  readonly principal: Extract<Principal, { kind: "federated" }>;
  /** Undefined where the issuer is not known yet. */
  readonly issuer?: Issuer;
  readonly subject: Grading;
  readonly audience: Audience;
}

/** The ways by which tokens obtain the role of a trust policy. */
export function tokenWays(document: PolicyDocument, lookups: Lookups): readonly TokenWay[] {
  return admissions(document, lookups).flatMap((admission) => {
    const { principal } = admission;
    return principal.kind === "federated" ? [wayOf(admission, principal)] : [];
  });
}

function wayOf(admission: Admission, principal: TokenWay["principal"]): TokenWay {
  if (principal.issuer.kind === "known") {
    const issuer = issuerOf(principal.issuer.host);
    const audience = audienceAt(issuer, admission);
    return { admission, principal, issuer, subject: gradeAt(issuer, admission), audience };
  }
  const { waitsFor } = principal.issuer;
  const [assumed] = issuersTested(admission);
  if (assumed === undefined) {
    // No claim of any issuer is tested, so whichever it is, nothing guards it.
    const none = issuerOf("");
    const audience = audienceAt(none, admission);
    return { admission, principal, subject: gradeAt(none, admission), audience };
  }
  // Tokens of the issuer that is tested come in as graded, those of any other not at all.
  const subject = gradeAt(assumed, admission);
  return {
    admission,
    principal,
    subject: doubted(subject, waitsFor),
    audience: audienceAt(assumed, admission) === "tested" ? "tested" : "unknown",
  };
}

function doubted(subject: Grading, waitsFor: Grading["waitsFor"]): Grading {
  switch (subject.kind) {
    case "unguarded":
    case "unknown":
      return { kind: "unknown", waitsFor };
    case "graded":
      return { ...subject, atLeast: "nobody", waitsFor: [...subject.waitsFor, ...waitsFor] };
  }
}

function gradeAt(issuer: Issuer, admission: Admission): Grading {
  return gradeSubject(issuer, admission.conditions, admission.variables);
}

function audienceAt(issuer: Issuer, admission: Admission): Audience {
  const { conditions, variables } = admission;
  const tested = testedKey(conditions, claimKey(issuer, "aud"), variables);
  if (tested.kind === "nobody") return "tested";
  if (tested.kind === "tested") {
    // A test that takes anything is none; one whose values are still to come may be.
    const tests = tested.tests.map((test): Audience => {
      if (test.patterns.some((value) => !value.literal && /^[*]+$/.test(value.text))) {
        return "untested";
      }
      return test.waitsFor === undefined ? "tested" : "unknown";
    });
    if (tests.includes("tested")) return "tested";
    if (tests.includes("unknown")) return "unknown";
  }
  return conditions.some((condition) => condition.kind === "unknown") ? "unknown" : "untested";
}

/** The issuers whose claims the conditions test. */
function issuersTested(admission: Admission): readonly Issuer[] {
  const hosts = new Set<string>();
  for (const condition of admission.conditions) {
    if (condition.kind === "unknown") continue;
    const host = issuerOfKey(condition.key.toLowerCase());
    if (host !== undefined) hosts.add(host);
  }
  return [...hosts].map(issuerOf);
}
