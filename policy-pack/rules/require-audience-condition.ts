import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Severity } from "../../core/severity";
import { lookupsIn } from "../../core/trust/in-graph";
import { tokenWays, type TokenWay } from "../../core/trust/token-paths";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "../../core/trust/correction/correction";
import { uncertaintyOf, shownValue, wayIn } from "../answers/trust";
import { unknownConditionKey, uncertainPrincipalKey } from "../answers/dedup-keys";

type Message = "none" | "open" | "wide" | "any" | "every";

/** A token made for another service is accepted where no condition names the audience. */
export default defineRule({
  id: "require-audience-condition",
  title: "Web identity trust tests the audience of the token",
  severity: "medium",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and nothing else adds a condition to it",
  watches: ["trusts"],
  remediation: "test the audience with `StringEquals`, for AWS usually `sts.amazonaws.com`",
  messages: {
    none: "Role `{role}` accepts tokens of {issuer} for any audience: no condition tests `{key}`",
    open: "Role `{role}` accepts tokens of {issuer} for nearly any audience: {operator} on `{key}` cannot restrict it",
    wide: "Role `{role}` accepts tokens of {issuer} for any audience: `{key}` may be {value}",
    any: "Role `{role}` accepts tokens of an OIDC provider for any audience: no condition tests `aud`",
    every: "Role `{role}` accepts tokens for any audience",
  },
  check: (fact, graph) => {
    // `require-subject-condition` reports what is wholly unknown.
    if (fact.trust.kind !== "document") return [];
    return tokenWays(fact.trust.document, lookupsIn(graph)).flatMap((way) =>
      answersTo(way, fact, graph).map((answer) => ({
        evidenceParts: [wayIn(way.admission)],
        ...answer,
      })),
    );
  },
});

function answersTo(
  way: TokenWay,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { issuer, audience, admission, subject } = way;
  // Where the audience names the tenant, or the subject trusts no token, there is nothing to add.
  if (audience.kind === "tested" || issuer?.claims.includes("sub") === false) return [];
  if (subject.kind === "graded" && subject.atMost === "none") return [];
  const role = labelOfThing(graph, fact.identity);
  const about = { about: fact.identity, at: fact.at };
  if (audience.kind === "unknown") {
    const fault = unknownConditionKey(
      graph,
      fact.identity,
      admission.statement,
      admission.conditions,
    );
    const data = { role };
    return [{ message: "every", data, ...about, fault, uncertainty: audience }];
  }
  const severity = severityOf(way);
  const sentence = sentenceOf(issuer, audience, role);
  if (admission.holds.kind === "unknown") {
    const fault = uncertainPrincipalKey(graph, fact, admission, "for which audience");
    return [{ ...sentence, severity, ...about, fault, uncertainty: uncertaintyOf(admission) }];
  }
  const correction = issuer === undefined ? {} : correctionOf(admission, fact, graph);
  return [{ ...sentence, severity, ...about, ...correction }];
}

/** How a role accepts tokens whatever their audience. */
function sentenceOf(
  issuer: TokenWay["issuer"],
  { open = [], any }: Exclude<TokenWay["audience"], { kind: "tested" | "unknown" }>,
  role: string,
): Pick<Answer<Message>, "message" | "data"> {
  if (issuer === undefined) return { message: "any", data: { role } };
  const key = `${issuer.host}:${issuer.audienceClaims.at(-1) ?? "aud"}`;
  const operator = [...new Set(open)].map((each) => `\`${each}\``).join(" and ");
  const shown = shownValue(any);
  const value = shown === undefined ? "a secret pattern" : `\`${shown}\``;
  const message = any !== undefined ? "wide" : open.length === 0 ? "none" : "open";
  return { message, data: { role, issuer: issuer.name, key, operator, value } };
}

/** Critical where the subject does not restrict the role either. */
function severityOf(way: TokenWay): Severity {
  const { subject } = way;
  switch (subject.kind) {
    case "unguarded":
      return "critical";
    case "unknown":
      return "medium";
    case "graded":
      return subject.atLeast === "any" || subject.atLeast === "organisation"
        ? "critical"
        : "medium";
  }
}
