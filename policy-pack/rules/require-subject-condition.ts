import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { parseOperator } from "../../core/policy/condition/operator";
import { admissions } from "../domain/trust/admission";
import { tokenPaths, type TokenPath } from "../domain/trust/token-paths";
import { defineRule, type Answer } from "../findings/define-rule";
import {
  answersToTrust,
  answerOnPath,
  faultIfOpen,
  unknownTrust,
  principalText,
} from "./answers/trust";

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
  remediation:
    "test the subject with `StringEquals` on the issuer's own condition key, as the role of an `Agent` or `Tool` does",
  messages: {
    none: "Role `{about}` trusts every token of {issuer}: no condition tests `{key}`",
    any: "Role `{about}` trusts every token of an OIDC provider: no condition tests a claim of its issuer",
    open: "Role `{about}` tests `{key}` only with {operators}, which cannot name a workload",
    every: "Role `{about}` trusts every token of an OIDC provider",
  },
  check: (fact, graph) =>
    answersToTrust(fact, graph, "every", (document, lookups) => [
      ...tokenPaths(document, lookups).flatMap((way) =>
        answersTo(way, fact, graph).map((answer) => ({
          evidenceParts: [principalText(way.admission)],
          ...answer,
          ...faultIfOpen(document, way.admission, fact, graph),
        })),
      ),
      ...admissions(document, lookups)
        .filter(({ principal }) => principal.kind === "unknown" && principal.type === "any")
        .flatMap((each) => unknownTrust(fact, graph, each.dependsOn, "every")),
    ]),
});

function answersTo(
  { subject, issuer, admission }: TokenPath,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  if (subject.kind === "graded") return [];
  if (subject.kind === "unknown") return unknownTrust(fact, graph, subject.dependsOn, "every");
  const { operators } = subject;
  const isCorrectable = issuer !== undefined;
  const isMild = isCorrectable && operators.some(bindsPresentValues);
  const certain = { isCorrectable, severity: isMild ? ("high" as const) : undefined };
  return [answerOnPath(sentenceOf(issuer, operators), admission, fact, graph, certain)];
}

/** That tokens of an issuer are not tested, or only by operators that name no workload. */
function sentenceOf(
  issuer: TokenPath["issuer"],
  operators: readonly string[],
): Pick<Answer<Message>, "message" | "data"> {
  if (issuer === undefined) return { message: "any" };
  const claim = issuer.claims[0] ?? "sub";
  const key = claim.includes(":") ? claim : `${issuer.host}:${claim}`;
  if (operators.length === 0) return { message: "none", data: { issuer: issuer.name, key } };
  const listed = operators.map((each) => `\`${each}\``).join(" and ");
  return { message: "open", data: { key, operators: listed } };
}

/** Whether an operator at least binds a claim that is there, as that of a token always is, and only fails without it. */
function bindsPresentValues(text: string): boolean {
  const operator = parseOperator(text);
  return operator !== undefined && operator.base !== "Null" && !operator.negated;
}
