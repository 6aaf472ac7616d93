import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Severity } from "../../core/severity";
import { admissions, type Admission } from "../../core/trust/admission";
import { lookupsIn } from "../../core/trust/in-graph";
import { openGuards, type OpenGuard } from "../../core/trust/open-guards";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "../../core/trust/correction/correction";
import { uncertaintyOf, isReportedBySubject, writtenIn, wayIn } from "../answers/trust";
import { dedupKey } from "../answers/dedup-keys";

type Message = "open";

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
    open: "Role `{role}` is restricted only by a test that {matches}: {operators} on {keys}",
  },
  check: (fact, graph) => {
    // `require-subject-condition` reports what is wholly unknown.
    if (fact.trust.kind !== "document") return [];
    const { document } = fact.trust;
    return admissions(document, lookupsIn(graph)).flatMap((way) => {
      const { guards, dependsOn } = openGuards(way, writtenIn(document, way));
      return guards.length === 0 ? [] : answersTo(way, guards, dependsOn, fact, graph);
    });
  },
});

function answersTo(
  way: Admission,
  guards: readonly OpenGuard[],
  waiting: readonly string[] | undefined,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { holds } = way;
  const data = {
    role: labelOfThing(graph, fact.identity),
    operators: listed(guards.flatMap(({ operators }) => operators)),
    keys: listed(guards.map(({ key }) => key)),
    matches: matchesOf(guards),
  };
  const about = {
    about: fact.identity,
    fault: dedupKey(graph, "condition that an absent key passes", fact.identity, way.statement),
    at: fact.at,
    severity: severityOf(way, guards),
  };
  if (waiting !== undefined) {
    if (isReportedBySubject(way)) return [];
    return [{ message: "open", data, ...about, uncertainty: { dependsOn: waiting } }];
  }
  if (holds.kind === "unknown") {
    return [{ message: "open", data, ...about, uncertainty: uncertaintyOf(way) }];
  }
  const correction = correctionOf(way, fact, graph);
  const evidenceParts = guards.map(({ key }) => `${wayIn(way)} by ${key}`);
  return [{ message: "open", data, ...about, evidenceParts, ...correction }];
}

/** A role that any customer of the issuer, or any account, can assume is worse than one of a few. */
function severityOf({ principal }: Admission, guards: readonly OpenGuard[]): Severity {
  if (principal.kind === "everyone") return "critical";
  const binds = guards.some(({ bindsPresentValues }) => bindsPresentValues);
  return principal.kind === "federated" && !binds ? "critical" : "high";
}

function matchesOf(guards: readonly OpenGuard[]): string {
  return guards.some(({ bindsPresentValues }) => bindsPresentValues)
    ? "also matches an absent key"
    : "matches nearly every value and an absent key";
}

function listed(texts: readonly string[]): string {
  return [...new Set(texts)].map((text) => `\`${text}\``).join(" and ");
}
