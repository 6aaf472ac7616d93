import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { immutabilityOf } from "../../core/trust/immutable";
import { lookupsIn } from "../../core/trust/in-graph";
import { tokenWays, type TokenWay } from "../../core/trust/token-paths";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "../../core/trust/correction/correction";
import { uncertaintyOf, shownValue } from "../answers/trust";
import { unknownConditionKey, uncertainPrincipalKey, dedupKey } from "../answers/dedup-keys";

type Message = "named" | "hidden" | "claim";

/** Another owner can register a name that its owner gives up, and then assume the role. */
export default defineRule({
  id: "require-immutable-subject",
  title: "Subjects of GitHub and GitLab contain ids that are never reused",
  severity: "low",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and nothing else adds a condition to it",
  watches: ["trusts"],
  remediation:
    "use ids of owner and repository in the subject, or also test `repository_id` (GitHub) or `project_id` (GitLab.com)",
  messages: {
    named: "Role `{role}` trusts `{value}` by name only: a later owner of the name can assume it",
    hidden:
      "Role `{role}` trusts a secret value of `{claim}` by name only: a later owner of the name can assume it",
    claim: "Role `{role}` tests `{claim}` by name only: a later owner of the name can assume it",
  },
  check: (fact, graph) => {
    // `require-subject-condition` reports what is wholly unknown.
    if (fact.trust.kind !== "document") return [];
    return tokenWays(fact.trust.document, lookupsIn(graph)).flatMap((way) =>
      answersTo(way, fact, graph),
    );
  },
});

function answersTo(
  { admission, issuer, assumed, subject }: TokenWay,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const judged = issuer ?? assumed;
  if (judged === undefined || subject.kind !== "graded" || subject.atMost === "none") return [];
  const { conditions, variables, holds } = admission;
  const found = immutabilityOf(judged, conditions, variables);
  if (found.kind === "immutable") return [];
  const role = labelOfThing(graph, fact.identity);
  const about = { about: fact.identity, at: fact.at };
  const { claim } = found;
  if (found.kind === "unknown" || issuer === undefined) {
    const dependsOn = found.kind === "unknown" ? found.dependsOn : subject.dependsOn;
    const fault = unknownConditionKey(graph, fact.identity, admission.statement, conditions);
    const data = { role, claim };
    return [{ message: "claim", data, ...about, fault, uncertainty: { dependsOn } }];
  }
  const value = shownValue(found.value);
  const sentence = {
    message: value === undefined ? ("hidden" as const) : ("named" as const),
    data: { role, claim, value: value ?? "" },
  };
  if (holds.kind === "unknown") {
    const fault = uncertainPrincipalKey(graph, fact, admission, "by names");
    return [{ ...sentence, ...about, fault, uncertainty: uncertaintyOf(admission) }];
  }
  return [
    {
      ...sentence,
      ...about,
      fault: dedupKey(graph, "trust by names", fact.identity),
      evidenceParts: [`${claim} ${value ?? "secret"}`],
      ...correctionOf(admission, fact, graph),
    },
  ];
}
