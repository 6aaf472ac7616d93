import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { parseOperator } from "../../core/policy/condition/operator";
import { admissions } from "../../core/trust/admission";
import { lookupsIn } from "../../core/trust/in-graph";
import { tokenWays, type TokenWay } from "../../core/trust/token-paths";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "../../core/trust/correction/correction";
import { faultIfOpen, uncertaintyOf, unknownTrust, wayIn } from "../answers/trust";
import { uncertainPrincipalKey } from "../answers/dedup-keys";

type Message = "none" | "any" | "open" | "every";

/** Any token of the issuer is enough where no condition names the workload that has to have it. */
export default defineRule({
  id: "require-subject-condition",
  title: "Web identity trust tests the claim that identifies the tenant",
  severity: "critical",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and nothing else adds a condition to it",
  watches: ["trusts"],
  remediation: "test the subject with `StringEquals` on the issuer's own condition key",
  messages: {
    none: "Role `{role}` trusts every token of {issuer}: no condition tests `{key}`",
    any: "Role `{role}` trusts every token of an OIDC provider: no condition tests a claim of its issuer",
    open: "Role `{role}` tests `{key}` only with {operators}, which cannot name a workload",
    every: "Role `{role}` trusts every token of an OIDC provider",
  },
  check: (fact, graph) => {
    switch (fact.trust.kind) {
      case "problem":
        return [];
      case "unknown":
        return unknownTrust(fact, graph, fact.trust.dependsOn, "every");
      case "document": {
        const { document } = fact.trust;
        const lookups = lookupsIn(graph);
        const ways = tokenWays(document, lookups);
        const waiting = admissions(document, lookups).filter(isWhollyUnknown);
        return [
          ...ways.flatMap((way) =>
            answersTo(way, fact, graph).map((answer) => ({
              evidenceParts: [wayIn(way.admission)],
              ...answer,
              ...faultIfOpen(document, way.admission, fact, graph),
            })),
          ),
          ...waiting.flatMap((each) => unknownTrust(fact, graph, each.dependsOn, "every")),
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
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { subject, issuer, admission } = way;
  if (subject.kind === "graded") return [];
  const role = labelOfThing(graph, fact.identity);
  const about = { about: fact.identity, at: fact.at };
  if (subject.kind === "unknown") return unknownTrust(fact, graph, subject.dependsOn, "every");
  const { operators } = subject;
  const sentence = sentenceOf(issuer, operators, role);
  if (admission.holds.kind === "unknown") {
    const fault = uncertainPrincipalKey(graph, fact, admission);
    return [{ ...sentence, ...about, fault, uncertainty: uncertaintyOf(admission) }];
  }
  if (issuer === undefined) return [{ ...sentence, ...about }];
  const correction = correctionOf(admission, fact, graph);
  if (operators.length === 0) return [{ ...sentence, ...about, ...correction }];
  const severity = operators.some(bindsPresentValues) ? ("high" as const) : ("critical" as const);
  return [{ ...sentence, ...about, severity, ...correction }];
}

/** That tokens of an issuer are not tested, or only by operators that name no workload. */
function sentenceOf(
  issuer: TokenWay["issuer"],
  operators: readonly string[],
  role: string,
): Pick<Answer<Message>, "message" | "data"> {
  if (issuer === undefined) return { message: "any", data: { role } };
  const claim = issuer.claims[0] ?? "sub";
  const key = claim.includes(":") ? claim : `${issuer.host}:${claim}`;
  if (operators.length === 0) return { message: "none", data: { role, issuer: issuer.name, key } };
  const listed = operators.map((each) => `\`${each}\``).join(" and ");
  return { message: "open", data: { role, key, operators: listed } };
}

/** Whether an operator at least binds a claim that is there, as that of a token always is, and only fails without it. */
function bindsPresentValues(text: string): boolean {
  const operator = parseOperator(text);
  return operator !== undefined && operator.base !== "Null" && !operator.negated;
}
