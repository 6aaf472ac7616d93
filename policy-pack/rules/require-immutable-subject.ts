import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { immutabilityOf } from "../domain/trust/immutable";
import { lookupsIn } from "../domain/trust/in-graph";
import { tokenPaths, type TokenPath } from "../domain/trust/token-paths";
import { defineRule, type Answer } from "../findings/define-rule";
import { answerOnPath, answerUnlessTested, shownValue } from "./answers/trust";
import { dedupKey } from "./answers/dedup-keys";

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
    "use ids of owner and repository in the subject, or also test `repository_id` (GitHub) or `project_id` (GitLab.com), as a `Tenant` with `federation: { github }` or `{ gitlab }` does",
  messages: {
    named: "Role `{about}` trusts `{value}` by name only: a later owner of the name can assume it",
    hidden:
      "Role `{about}` trusts a secret value of `{claim}` by name only: a later owner of the name can assume it",
    claim: "Role `{about}` tests `{claim}` by name only: a later owner of the name can assume it",
  },
  check: (fact, graph) => {
    // `require-subject-condition` reports what is wholly unknown.
    if (fact.trust.kind !== "document") return [];
    return tokenPaths(fact.trust.document, lookupsIn(graph)).flatMap((way) =>
      answersTo(way, fact, graph),
    );
  },
});

function answersTo(
  { admission, issuer, assumed, subject }: TokenPath,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const judged = issuer ?? assumed;
  if (judged === undefined || subject.kind !== "graded" || subject.atMost === "none") return [];
  const { conditions, variables } = admission;
  const found = immutabilityOf(judged, conditions, variables);
  if (found.kind === "immutable") return [];
  const { claim } = found;
  if (found.kind === "unknown" || issuer === undefined) {
    const waiting = found.kind === "unknown" ? found : subject;
    const answer = { message: "claim", data: { claim } } as const;
    return [answerUnlessTested(answer, admission, fact, graph, waiting)];
  }
  const value = shownValue(found.value);
  const answer = {
    message: value === undefined ? ("hidden" as const) : ("named" as const),
    data: { claim, value: value ?? "" },
  };
  const certain = {
    fault: dedupKey(graph, "trust by names", fact.identity),
    evidenceParts: [`${claim} ${value ?? "secret"}`],
  };
  return [answerOnPath(answer, admission, fact, graph, certain, "by names")];
}
