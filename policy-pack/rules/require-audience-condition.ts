import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Severity } from "../../core/severity";
import { lookupsIn } from "../../core/trust/in-graph";
import { tokenWays, type TokenWay } from "../../core/trust/token-ways";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "./corrections";
import { shownValue, unknownConditionFault, unsureFault, wayIn } from "./trust-answers";

type Message = "none" | "open" | "every" | "any" | "unsure" | "unknown";

/** A token made for another service is taken where no condition says for whom it has to be made. */
export default defineRule({
  id: "require-audience-condition",
  title: "Web identity trust tests the audience of the token",
  severity: "medium",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and nothing else adds a condition to it",
  watches: ["admits"],
  standards: [
    "NHI4:2025",
    "NHI6:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.T0091",
    "NIST-800-53r5:IA-9",
  ],
  remediation: "test the audience with `StringEquals`, for AWS usually `sts.amazonaws.com`",
  messages: {
    none: "`{role}` takes tokens of {issuer} made for any audience: no condition tests `{key}`",
    open: "`{role}` takes tokens of {issuer} made for nearly any audience: {operator} on `{key}` asks for none in particular",
    every:
      "`{role}` takes tokens of {issuer} made for any audience: `{key}` may be `{value}`, which takes every audience",
    any: "`{role}` takes tokens of a provider made for any audience: no condition tests its `aud`",
    unsure: "undetermined: `{role}` may take tokens made for any audience: {reason}",
    unknown: "undetermined: a preview cannot know for which audience a token for `{role}` is made",
  },
  check: (fact, graph) => {
    // What is not known at all is told by `require-subject-condition`.
    if (fact.trust.kind !== "document") return [];
    return tokenWays(fact.trust.document, lookupsIn(graph)).flatMap((way) =>
      answersTo(way, fact, graph).map((answer) => ({ extent: [wayIn(way.admission)], ...answer })),
    );
  },
});

function answersTo(
  way: TokenWay,
  fact: FactOf<"admits">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { issuer, audience, admission, subject } = way;
  // Where the audience names the tenant, or the subject admits nobody, there is nothing to add.
  if (audience.kind === "tested" || issuer?.claims.includes("sub") === false) return [];
  if (subject.kind === "graded" && subject.atMost === "nobody") return [];
  const role = labelOfThing(graph, fact.identity);
  const about = { about: fact.identity, at: fact.at };
  if (audience.kind === "unknown") {
    if (!graph.complete) return [];
    const { waitsFor } = audience;
    const fault = unknownConditionFault(
      graph,
      fact.identity,
      admission.statement,
      admission.conditions,
    );
    const data = { role };
    return [{ verdict: "undetermined", message: "unknown", data, ...about, fault, waitsFor }];
  }
  const grade = gradeOf(way);
  if (admission.holds.kind === "unknown") {
    if (!graph.complete) return [];
    const data = { role, reason: admission.holds.reason };
    const { waitsFor } = admission;
    const fault = `${unsureFault(admission, fact, graph)}: for which audience`;
    return [{ verdict: "undetermined", message: "unsure", data, grade, ...about, fault, waitsFor }];
  }
  if (issuer === undefined) {
    return [{ verdict: "violated", message: "any", data: { role }, grade, ...about }];
  }
  const correction = correctionOf(admission, fact, graph);
  const { open = [], any } = audience;
  const key = `${issuer.host}:${issuer.audienceClaims.at(-1) ?? "aud"}`;
  const operator = [...new Set(open)].map((each) => `\`${each}\``).join(" and ");
  const value = any === undefined ? "" : (shownValue(any) ?? "");
  const data = { role, issuer: issuer.name, key, operator, value };
  const message = any !== undefined ? "every" : open.length === 0 ? "none" : "open";
  return [{ verdict: "violated", message, data, grade, ...about, ...correction }];
}

/** Critical where the subject does not hold the door either. */
function gradeOf(way: TokenWay): Severity {
  const { subject } = way;
  switch (subject.kind) {
    case "unguarded":
      return "critical";
    case "unknown":
      return "medium";
    case "graded":
      return subject.atLeast === "anyone" || subject.atLeast === "organisation"
        ? "critical"
        : "medium";
  }
}
