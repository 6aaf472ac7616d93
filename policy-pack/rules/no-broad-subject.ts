import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import type { Severity } from "../../core/severity";
import type { Breadth } from "../domain/trust/breadth";
import { admissions, type Admission } from "../domain/trust/admission";
import { certificateService } from "../domain/trust/certificate/certificate";
import { severityOfCertificate } from "../domain/trust/certificate/breadth";
import type { Grading } from "../domain/trust/grading";
import { lookupsIn } from "../domain/trust/in-graph";
import type { SubjectGrammar } from "../../core/trust/issuers";
import { plainService } from "../domain/trust/source";
import { tokenPaths, type TokenPath } from "../domain/trust/token-paths";
import { defineRule, type Answer } from "../findings/define-rule";
import { answerOnPath, answerUnlessTested, shownValue, principalText } from "./answers/trust";

type Message = "broad" | "hidden" | "several";

/** How bad it is to trust more than one workload. */
const grades: Readonly<Record<Breadth, Severity | undefined>> = {
  none: undefined,
  workload: undefined,
  project: "medium",
  organisation: "high",
  any: "critical",
};

/** What a role trusts by a breadth. */
type Words = Readonly<Record<Breadth, string>>;

const usualWords: Omit<Words, "any"> = {
  organisation: "any matching workload of one organisation",
  project: "any matching workload of one project",
  workload: "one workload",
  none: "no workload",
};

const certificateWords: Words = {
  ...usualWords,
  any: "any certificate of the trust anchor",
  organisation: "any matching certificate of one organisation",
  project: "any matching certificate of one namespace or unit",
};

/** Better words than the usual ones, at issuers of a kind. */
const better: Readonly<Partial<Record<SubjectGrammar, Pick<Words, "project" | "organisation">>>> = {
  kubernetes: {
    project: "any matching ServiceAccount of one namespace",
    organisation: "ServiceAccounts of any matching namespace",
  },
  github: {
    project: "any matching ref or pull request of one repository",
    organisation: "any matching repository of one owner",
  },
  gitlab: {
    project: "any matching ref of one project",
    organisation: "any matching project of one group",
  },
};

/** A subject that fits several workloads gives each of them the identity of the others. */
export default defineRule({
  id: "no-broad-subject",
  title: "The subject condition of a trust policy matches one workload",
  severity: "high",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and no later resource narrows its subject",
  watches: ["trusts"],
  remediation:
    "test the whole value for each workload with `StringEquals`, as the role of an `Agent` or `Tool` does",
  messages: {
    broad: "Role `{about}` trusts {trusted}: `{claim}` may be `{value}`",
    hidden: "Role `{about}` trusts {trusted}: the pattern of `{claim}` is secret",
    several: "Role `{about}` trusts several workloads by one value of `{claim}`",
  },
  check: (fact, graph) => {
    // `require-subject-condition` reports what is wholly unknown.
    if (fact.trust.kind !== "document") return [];
    const { document } = fact.trust;
    const lookups = lookupsIn(graph);
    return [
      ...tokenPaths(document, lookups).flatMap((way) => answersTo(byToken(way), fact, graph)),
      ...admissions(document, lookups).flatMap((way) => answersTo(byCertificate(way), fact, graph)),
    ];
  },
});

/** A path into a role with how many workloads it trusts by their subjects. */
interface GradedPath {
  readonly admission: Admission;
  readonly subject: Extract<Grading, { kind: "graded" }>;
  /** What names a workload where no test is known that does. */
  readonly claim: string;
  readonly words: Words;
  /** Whether enough is known of the path to correct its condition. */
  readonly isCorrectable: boolean;
}

function byToken({ admission, subject, issuer }: TokenPath): GradedPath | undefined {
  if (subject.kind !== "graded") return undefined;
  const words = {
    ...usualWords,
    ...(issuer && better[issuer.subject]),
    any: `any token of ${issuer?.name ?? "an OIDC provider"}`,
  };
  const isCorrectable = issuer !== undefined;
  return { admission, subject, claim: issuer?.claims[0] ?? "sub", words, isCorrectable };
}

function byCertificate(admission: Admission): GradedPath | undefined {
  const { principal, conditions, variables } = admission;
  if (principal.kind !== "service") return undefined;
  if (plainService(principal.service) !== certificateService) return undefined;
  const subject = severityOfCertificate(conditions, variables);
  if (subject === undefined) return undefined;
  const claim = "aws:PrincipalTag/x509SAN/URI";
  return { admission, subject, claim, words: certificateWords, isCorrectable: true };
}

function answersTo(
  way: GradedPath | undefined,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  if (way === undefined) return [];
  const { subject, words, admission, isCorrectable } = way;
  const claim = subject.claim ?? way.claim;
  const severity = grades[subject.atLeast];
  if (severity === undefined) {
    if (grades[subject.atMost] === undefined) return [];
    const answer = { message: "several", data: { claim } } as const;
    return [answerUnlessTested(answer, admission, fact, graph, subject)];
  }
  const shown = shownValue(subject.value);
  const answer = {
    message: shown === undefined ? ("hidden" as const) : ("broad" as const),
    data: { trusted: words[subject.atLeast], claim, value: shown ?? "" },
    severity,
  };
  const evidenceParts = evidencePartsOf(admission, claim, shown);
  const certain = { evidenceParts, isCorrectable };
  return [answerOnPath(answer, admission, fact, graph, certain, "how many")];
}

/** The patterns that a claim may match; of a list each value may be broad, not only the one that is shown. */
function evidencePartsOf(admission: Admission, claim: string, shown: string | undefined): string[] {
  const name = claim.slice(claim.lastIndexOf(":") + 1).toLowerCase();
  const patterns = admission.conditions.flatMap((each) => {
    if (each.kind === "unknown" || !each.key.toLowerCase().endsWith(`:${name}`)) return [];
    return each.values.flatMap((part) =>
      part.kind === "text" && !part.secret && /[*?]/.test(part.text) ? [part.text] : [],
    );
  });
  const values = [...patterns, ...(shown === undefined ? ["secret"] : [shown])];
  return values.map((value) => `${principalText(admission)}: ${claim} ${value}`);
}
