import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import type { Severity } from "../../core/severity";
import { lookupsIn } from "../domain/trust/in-graph";
import { tokenPaths, type TokenPath } from "../domain/trust/token-paths";
import { defineRule, type Answer } from "../findings/define-rule";
import { answerOnPath, answerUnlessTested, shownValue, principalText } from "./answers/trust";

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
  remediation:
    "test the audience with `StringEquals`, for AWS usually `sts.amazonaws.com`, as the role of an `Agent` or `Tool` does",
  messages: {
    none: "Role `{about}` accepts tokens of {issuer} for any audience: no condition tests `{key}`",
    open: "Role `{about}` accepts tokens of {issuer} for nearly any audience: {operator} on `{key}` cannot restrict it",
    wide: "Role `{about}` accepts tokens of {issuer} for any audience: `{key}` may be {value}",
    any: "Role `{about}` accepts tokens of an OIDC provider for any audience: no condition tests `aud`",
    every: "Role `{about}` accepts tokens for any audience",
  },
  check: (fact, graph) => {
    // `require-subject-condition` reports what is wholly unknown.
    if (fact.trust.kind !== "document") return [];
    return tokenPaths(fact.trust.document, lookupsIn(graph)).flatMap((way) =>
      answersTo(way, fact, graph).map((answer) => ({
        evidenceParts: [principalText(way.admission)],
        ...answer,
      })),
    );
  },
});

function answersTo(
  way: TokenPath,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { issuer, audience, admission, subject } = way;
  // Where the audience names the tenant, or the subject trusts no token, there is nothing to add.
  if (audience.kind === "tested" || issuer?.claims.includes("sub") === false) return [];
  if (subject.kind === "graded" && subject.atMost === "none") return [];
  if (audience.kind === "unknown") {
    return [answerUnlessTested({ message: "every" }, admission, fact, graph, audience)];
  }
  const answer = { ...sentenceOf(issuer, audience), severity: severityOf(way) };
  const certain = { isCorrectable: issuer !== undefined };
  return [answerOnPath(answer, admission, fact, graph, certain, "for which audience")];
}

/** How a role accepts tokens whatever their audience. */
function sentenceOf(
  issuer: TokenPath["issuer"],
  { open = [], any }: TokenPath["audience"],
): Pick<Answer<Message>, "message" | "data"> {
  if (issuer === undefined) return { message: "any" };
  const key = `${issuer.host}:${issuer.audienceClaims.at(-1) ?? "aud"}`;
  const operator = [...new Set(open)].map((each) => `\`${each}\``).join(" and ");
  const shown = shownValue(any);
  const value = shown === undefined ? "a secret pattern" : `\`${shown}\``;
  const message = any !== undefined ? "wide" : open.length === 0 ? "none" : "open";
  return { message, data: { issuer: issuer.name, key, operator, value } };
}

/** Critical where the subject does not restrict the role either. */
function severityOf({ subject }: TokenPath): Severity {
  const isOpen =
    subject.kind === "unguarded" ||
    (subject.kind === "graded" && ["any", "organisation"].includes(subject.atLeast));
  return isOpen ? "critical" : "medium";
}
