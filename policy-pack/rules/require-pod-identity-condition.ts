import type { FactOf } from "../facts/fact";
import { nameIn } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import type { PolicyDocument } from "../../core/policy/statement";
import { podGuards, podIdentityService, podTagsNeeded } from "../domain/trust/pod-identity";
import { plainService } from "../domain/trust/source";
import type { Principal } from "../domain/trust/principal";
import { defineRule, type Answer } from "../findings/define-rule";
import { answersToGuards, answersOnPaths } from "./answers/trust";

type Message = "open" | "tags" | "any";

/** Without conditions any association of the account, in any cluster, gives its pods the role. */
export default defineRule({
  id: "require-pod-identity-condition",
  title: "EKS Pod Identity trust policies name cluster, namespace and ServiceAccount",
  severity: "high",
  family: "federation",
  decides: "early",
  because: "no later resource adds a condition to a trust policy or tags to an association",
  watches: ["trusts"],
  remediation:
    "test the session tags of cluster, namespace and ServiceAccount, or the ARN of one association, with `StringEquals`, as a `Tenant` with `federation: { eksPodIdentity }` does",
  messages: {
    open: "Role `{about}` trusts pods of EKS Pod Identity without restricting {missing}",
    tags: "Role `{about}` requires `{tag}`, but the Pod Identity association disables session tags",
    any: "Role `{about}` trusts any pod of EKS Pod Identity",
  },
  check: (fact, graph) => [
    ...answersOnPaths(fact, graph, isAbout, "any", (way) =>
      answersToGuards(way, podGuards(way.conditions, way.variables), fact, graph),
    ),
    ...(fact.trust.kind === "document" ? tagAnswers(fact.trust.document, fact, graph) : []),
  ],
});

function isAbout(principal: Principal): boolean {
  if (principal.kind === "unknown") return principal.type === "Service";
  return principal.kind === "service" && plainService(principal.service) === podIdentityService;
}

/** Associations without the tags that every path into the role requires. */
function tagAnswers(
  document: PolicyDocument,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const [tag] = document.statements.flatMap((statement) =>
    statement.kind === "statement" && statement.effect === "Allow"
      ? podTagsNeeded(statement.conditions, document.variables)
      : [],
  );
  if (tag === undefined) return [];
  return graph.facts("assumes", "role", fact.identity).flatMap((each) => {
    const { withoutTags, identity, role } = each;
    if (withoutTags === undefined || nameIn(role) === undefined) return [];
    if (withoutTags.kind !== "unknown" && !withoutTags.value) return [];
    return [
      {
        message: "tags",
        data: { tag },
        about: fact.identity,
        holder: identity,
        at: fact.at,
        fix: "remove `disableSessionTags`, or test the ARN of the association instead of its tags",
        uncertainty: withoutTags.kind === "unknown" ? withoutTags : undefined,
      },
    ];
  });
}
