import type { Uncertainty } from "../../../core/certainty";
import type { AllowedIdentity } from "../../domain/paths/access/exposed";
import { allowedBy, allowedUnnamed, mayAllow } from "../../domain/paths/access/exposed";
import type { Resources } from "../../domain/paths/access/resources";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import type { Answer } from "../../findings/define-rule";
import { actionsIn, linkOf, ofTenant, tenantText, whatOf } from "./tenants";

/** What is reported of the policy of a resource. */
export type AllowedMessage = "exposes" | "opens" | "guard";

/** What the policy of a resource allows identities of other tenants, each reported once. */
export function lettingIn(
  fact: FactOf<"guards">,
  graph: Graph,
  resources: Resources,
): readonly Answer<AllowedMessage>[] {
  const open = mayAllow(graph, fact, resources);
  const reported = [
    ...allowedBy(graph, fact, resources).map((each): Answer<AllowedMessage> => ({
      ...allowedAnswer(each, fact, graph),
      message: "exposes",
      holder: each.identity,
    })),
    ...unnamed(allowedUnnamed(graph, fact, resources), fact, graph),
  ];
  if (open === undefined) return reported;
  const { held, uncertainty } = open;
  return [
    ...reported,
    {
      message: "guard",
      data: { what: whatOf({ resource: held }, graph) },
      about: held.name ?? "",
      at: fact.at,
      uncertainty,
    },
  ];
}

/** The callers that a policy allows but does not name are reported once. */
function unnamed(
  [first, ...others]: readonly AllowedIdentity[],
  fact: FactOf<"guards">,
  graph: Graph,
): readonly Answer<AllowedMessage>[] {
  if (first === undefined) return [];
  const answer = allowedAnswer(first, fact, graph);
  return [
    {
      ...answer,
      message: "opens",
      evidenceParts: first.reached.actions,
      related: [first, ...others].map(({ identity, by }) => ({
        name: identity,
        as: ofTenant(by.tenant),
      })),
    },
  ];
}

function uncertaintyOf({ by, reached }: AllowedIdentity): Uncertainty | undefined {
  return by.uncertainty ?? reached.uncertainty;
}

/** What is reported of an identity that the policy allows. */
function allowedAnswer(
  each: AllowedIdentity,
  { at }: FactOf<"guards">,
  graph: Graph,
): Omit<Answer<AllowedMessage>, "message"> {
  const { by, identity, reached } = each;
  const uncertainty = uncertaintyOf(each);
  const about = reached.resource.name ?? identity;
  return {
    data: {
      what: whatOf(reached, graph),
      tenant: tenantText(by.tenant),
      actions: actionsIn([reached]),
    },
    about,
    at,
    chain: [...by.chain.map(linkOf), { from: identity, to: about, by: "is allowed by", at }],
    fix: "name only the tenant's own roles in the policy of the resource",
    uncertainty,
  };
}
