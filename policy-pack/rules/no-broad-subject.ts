import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Severity } from "../../core/severity";
import type { Breadth } from "../../core/trust/breadth";
import { correctedCondition } from "../../core/trust/correct";
import { lookupsIn } from "../../core/trust/in-graph";
import type { Issuer, SubjectGrammar } from "../../core/trust/issuers";
import { tokenWays, type TokenWay } from "../../core/trust/token-ways";
import { defineRule, type Answer } from "../define-rule";
import { meantBy, shownValue, unknownConditionFault, unsureFault } from "./trust-answers";

type Message = "broad" | "hidden" | "unsure" | "unknown";

/** How bad it is to admit more than one workload. */
const grades: Readonly<Record<Breadth, Severity | undefined>> = {
  nobody: undefined,
  workload: undefined,
  project: "medium",
  organisation: "high",
  anyone: "critical",
};

/** What a breadth means at issuers of a kind, where there is a better word than the general one. */
const whom: Readonly<
  Partial<Record<SubjectGrammar, { readonly project: string; readonly organisation: string }>>
> = {
  kubernetes: {
    project: "any ServiceAccount that fits, of one namespace",
    organisation: "ServiceAccounts of any namespace that fits",
  },
  github: {
    project: "any ref or pull request that fits, of one repository",
    organisation: "any repository of the owner that fits",
  },
  gitlab: {
    project: "any ref that fits, of one project",
    organisation: "any project of the group that fits",
  },
};

/** A subject that fits several workloads gives each of them the identity of the others. */
export default defineRule({
  id: "no-broad-subject",
  title: "The subject of web identity trust admits one workload",
  severity: "high",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and no later resource narrows its subject",
  watches: ["admits"],
  standards: [
    "NHI4:2025",
    "NHI9:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.T0091",
    "NIST-800-53r5:IA-9",
  ],
  remediation: "name each workload by its whole subject with `StringEquals`",
  messages: {
    broad: "`{role}` admits {whom}: `{claim}` may be `{value}`",
    hidden: "`{role}` admits {whom}, by a value of `{claim}` that is secret",
    unsure: "undetermined: `{role}` may admit {whom}: {reason}",
    unknown: "undetermined: a preview cannot know how many workloads `{role}` admits by `{claim}`",
  },
  check: (fact, graph) => {
    // What is not known at all is told by `require-subject-condition`.
    if (fact.trust.kind !== "document") return [];
    return tokenWays(fact.trust.document, lookupsIn(graph)).flatMap((way) =>
      answersTo(way, fact, graph),
    );
  },
});

function answersTo(
  way: TokenWay,
  fact: FactOf<"admits">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { subject, issuer, admission } = way;
  if (subject.kind !== "graded") return [];
  const role = labelOfThing(graph, fact.identity);
  const about = { about: fact.identity, at: fact.at };
  const claim = subject.claim ?? issuer?.claims[0] ?? "sub";
  const grade = grades[subject.atLeast];
  if (grade === undefined) {
    if (grades[subject.atMost] === undefined || !graph.complete) return [];
    const { waitsFor } = subject;
    const data = { role, claim };
    const fault = unknownConditionFault(
      graph,
      fact.identity,
      admission.statement,
      admission.conditions,
    );
    return [{ verdict: "undetermined", message: "unknown", data, ...about, fault, waitsFor }];
  }
  if (admission.holds.kind === "unknown") {
    if (!graph.complete) return [];
    const data = {
      role,
      whom: whomAt(issuer, subject.atLeast),
      reason: admission.holds.reason,
    };
    const { waitsFor } = admission;
    const fault = `${unsureFault(admission, fact, graph)}: how many`;
    return [{ verdict: "undetermined", message: "unsure", data, grade, ...about, fault, waitsFor }];
  }
  const replacement =
    issuer === undefined
      ? {}
      : { replacement: correctedCondition(admission, meantBy(admission, fact, graph)) };
  const shown = shownValue(subject.value);
  return [
    {
      verdict: "violated",
      message: shown === undefined ? "hidden" : "broad",
      data: { role, whom: whomAt(issuer, subject.atLeast), claim, value: shown ?? "" },
      grade,
      ...about,
      ...replacement,
    },
  ];
}

function whomAt(issuer: Issuer | undefined, breadth: Breadth): string {
  const words = issuer === undefined ? undefined : whom[issuer.subject];
  switch (breadth) {
    case "anyone":
      return `anyone who gets a token of ${issuer?.name ?? "the issuer"}`;
    case "organisation":
      return words?.organisation ?? "any workload of the organisation that fits";
    case "project":
      return words?.project ?? "any workload of one project that fits";
    case "workload":
    case "nobody":
      return "one workload";
  }
}
