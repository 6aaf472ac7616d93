import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { immutabilityOf } from "../../core/trust/immutable";
import { lookupsIn } from "../../core/trust/in-graph";
import { tokenWays, type TokenWay } from "../../core/trust/token-ways";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "./corrections";
import { shownValue, unknownConditionFault, unsureFault } from "./trust-answers";

type Message = "named" | "hidden" | "unsure" | "unknown";

/** A name that its owner gives up can be taken by another, and with the name goes the role. */
export default defineRule({
  id: "require-immutable-subject",
  title: "The subject of GitHub and GitLab names by ids that nobody can take over",
  severity: "low",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and nothing else adds a condition to it",
  watches: ["admits"],
  standards: [
    "NHI1:2025",
    "NHI4:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.T0091",
    "NIST-800-53r5:IA-9",
  ],
  remediation:
    "name owner and repository, or the project, by their ids in the subject, or test the id beside it: `repository_id` at GitHub, `project_id` at GitLab.com",
  messages: {
    named:
      "`{role}` admits `{value}` by names alone: who takes them once they are given up obtains the role",
    hidden:
      "`{role}` admits a secret value of `{claim}` by names alone: who takes them once they are given up obtains the role",
    unsure: "undetermined: `{role}` may admit `{claim}` by names alone: {reason}",
    unknown: "undetermined: a preview cannot know whether `{role}` admits `{claim}` by names alone",
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
  { admission, issuer, assumed, subject }: TokenWay,
  fact: FactOf<"admits">,
  graph: Graph,
): readonly Answer<Message>[] {
  const judged = issuer ?? assumed;
  if (judged === undefined || subject.kind !== "graded" || subject.atMost === "nobody") return [];
  const { conditions, variables, holds } = admission;
  const found = immutabilityOf(judged, conditions, variables);
  if (found.kind === "immutable") return [];
  const role = labelOfThing(graph, fact.identity);
  const about = { about: fact.identity, at: fact.at };
  const { claim } = found;
  if (found.kind === "unknown" || issuer === undefined) {
    if (!graph.complete) return [];
    const waitsFor = found.kind === "unknown" ? found.waitsFor : subject.waitsFor;
    const fault = unknownConditionFault(graph, fact.identity, admission.statement, conditions);
    const data = { role, claim };
    return [{ verdict: "undetermined", message: "unknown", data, ...about, fault, waitsFor }];
  }
  if (holds.kind === "unknown") {
    if (!graph.complete) return [];
    const data = { role, claim, reason: holds.reason };
    const { waitsFor } = admission;
    const fault = `${unsureFault(admission, fact, graph)}: by names`;
    return [{ verdict: "undetermined", message: "unsure", data, ...about, fault, waitsFor }];
  }
  const value = shownValue(found.value);
  return [
    {
      verdict: "violated",
      message: value === undefined ? "hidden" : "named",
      data: { role, claim, value: value ?? "" },
      ...about,
      fault: `${graph.canonical(fact.identity)} admits by names alone`,
      extent: [`${claim} ${value ?? "secret"}`],
      ...correctionOf(admission, fact, graph),
    },
  ];
}
