import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { parseOperator } from "../../core/policy/condition/operator";
import { admissions } from "../../core/trust/admission";
import { lookupsIn } from "../../core/trust/in-graph";
import { tokenWays, type TokenWay } from "../../core/trust/token-ways";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "./corrections";
import { faultIfOpen, unknownTrust, unsureFault, wayIn } from "./trust-answers";

type Message = "none" | "any" | "open" | "unsure" | "unknown";

/** Whoever gets a token of the issuer is admitted where no condition says whose token it has to be. */
export default defineRule({
  id: "require-subject-condition",
  title: "Web identity trust tests the claim that names the tenant at its issuer",
  severity: "critical",
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
  remediation: "test the subject with `StringEquals` on the issuer's own condition key",
  messages: {
    none: "`{role}` admits every token of {issuer}: no condition tests `{key}`",
    any: "`{role}` admits every token of a provider: no condition tests a claim of its issuer",
    open: "`{role}` tests `{key}` with {operators} only, which names nobody",
    unsure: "undetermined: `{role}` may admit every token of {issuer}: {reason}",
    unknown: "undetermined: a preview cannot know whose tokens `{role}` admits",
  },
  check: (fact, graph) => {
    switch (fact.trust.kind) {
      case "problem":
        return [];
      case "unknown":
        return unknownTrust(fact, graph, fact.trust.waitsFor);
      case "document": {
        const { document } = fact.trust;
        const lookups = lookupsIn(graph);
        const ways = tokenWays(document, lookups);
        const waiting = admissions(document, lookups).filter(isWhollyUnknown);
        return [
          ...ways.flatMap((way) =>
            answersTo(way, fact, graph).map((answer) => ({
              extent: [wayIn(way.admission)],
              ...answer,
              ...faultIfOpen(document, way.admission, fact, graph),
            })),
          ),
          ...waiting.flatMap((each) => unknownTrust(fact, graph, each.waitsFor)),
        ];
      }
    }
  },
});

function isWhollyUnknown(admission: TokenWay["admission"]): boolean {
  return admission.principal.kind === "unknown" && admission.principal.type === "any";
}

function answersTo(
  way: TokenWay,
  fact: FactOf<"admits">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { subject, issuer, admission } = way;
  if (subject.kind === "graded") return [];
  const role = labelOfThing(graph, fact.identity);
  const about = { about: fact.identity, at: fact.at };
  if (subject.kind === "unknown") return unknownTrust(fact, graph, subject.waitsFor);
  if (admission.holds.kind === "unknown") {
    if (!graph.complete) return [];
    const data = { role, issuer: issuer?.name ?? "a provider", reason: admission.holds.reason };
    const { waitsFor } = admission;
    const fault = unsureFault(admission, fact, graph);
    return [{ verdict: "undetermined", message: "unsure", data, ...about, fault, waitsFor }];
  }
  if (issuer === undefined) {
    return [{ verdict: "violated", message: "any", data: { role }, ...about }];
  }
  const claim = issuer.claims[0] ?? "sub";
  const key = claim.includes(":") ? claim : `${issuer.host}:${claim}`;
  const correction = correctionOf(admission, fact, graph);
  const { operators } = subject;
  if (operators.length === 0) {
    const data = { role, issuer: issuer.name, key };
    return [{ verdict: "violated", message: "none", data, ...about, ...correction }];
  }
  const data = { role, key, operators: operators.map((each) => `\`${each}\``).join(" and ") };
  const grade = operators.some(bindsPresentValues) ? ("high" as const) : ("critical" as const);
  return [{ verdict: "violated", message: "open", data, ...about, grade, ...correction }];
}

/** Whether an operator at least binds a claim that is there, as that of a token always is, and only fails without it. */
function bindsPresentValues(text: string): boolean {
  const operator = parseOperator(text);
  return operator !== undefined && operator.base !== "Null" && !operator.negated;
}
