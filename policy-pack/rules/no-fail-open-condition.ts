import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import type { Severity } from "../../core/severity";
import { admissions, type Admission } from "../domain/trust/admission";
import { lookupsIn } from "../domain/trust/in-graph";
import { openGuards, type OpenGuards } from "../domain/trust/open-guards";
import { defineRule, type Answer } from "../findings/define-rule";
import { answerOnPath, isReportedBySubject, writtenIn, principalText } from "./answers/trust";
import { dedupKey } from "./answers/dedup-keys";

/** A condition that matches where its key is absent looks like a restriction to readers of the policy, and is none. */
export default defineRule({
  id: "no-fail-open-condition",
  title: "A condition that guards a trust policy is false if its key is missing",
  severity: "high",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and nothing else adds a condition to it",
  watches: ["trusts"],
  remediation: "test the key with `StringEquals`, without negation, `IfExists` or `ForAllValues`",
  messages: {
    open: "Role `{about}` is restricted only by a test that {matches}: {operators} on {keys}",
  },
  check: (fact, graph) => {
    // `require-subject-condition` reports what is wholly unknown.
    if (fact.trust.kind !== "document") return [];
    const { document } = fact.trust;
    return admissions(document, lookupsIn(graph)).flatMap((way) =>
      answersTo(way, openGuards(way, writtenIn(document, way)), fact, graph),
    );
  },
});

function answersTo(
  way: Admission,
  { guards, dependsOn }: OpenGuards,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<"open">[] {
  if (guards.length === 0) return [];
  const isLoose = !guards.some(({ bindsPresentValues }) => bindsPresentValues);
  const answer = {
    message: "open",
    data: {
      operators: listed(guards.flatMap(({ operators }) => operators)),
      keys: listed(guards.map(({ key }) => key)),
      matches: isLoose
        ? "matches nearly every value and an absent key"
        : "also matches an absent key",
    },
    severity: severityOf(way, isLoose),
    fault: dedupKey(graph, "condition that an absent key passes", fact.identity, way.statement),
  } as const;
  if (dependsOn !== undefined) {
    const { identity: about, at } = fact;
    return isReportedBySubject(way) ? [] : [{ ...answer, about, at, uncertainty: { dependsOn } }];
  }
  const evidenceParts = guards.map(({ key }) => `${principalText(way)} by ${key}`);
  return [answerOnPath(answer, way, fact, graph, { evidenceParts })];
}

/** A role that any customer of the issuer, or any account, can assume is worse than one of a few. */
function severityOf({ principal }: Admission, isLoose: boolean): Severity {
  const isAnyone = principal.kind === "everyone" || (principal.kind === "federated" && isLoose);
  return isAnyone ? "critical" : "high";
}

function listed(texts: readonly string[]): string {
  return [...new Set(texts)].map((text) => `\`${text}\``).join(" and ");
}
