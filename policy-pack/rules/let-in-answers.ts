import type { LetIn } from "../../core/access/let-in";
import { letInBy, letInUnnamed, mayLetIn } from "../../core/access/let-in";
import type { Resources } from "../../core/access/resources";
import type { Doubt } from "../../core/authority/authority";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Answer } from "../define-rule";
import { actionsIn, linkOf, ofTenant, tenantText, whatOf } from "./access-texts";
import { distinct } from "./authority-answers";

/** What is told of the policy of a resource. */
export type LetInMessage = "letsIn" | "maybeLetsIn" | "opens" | "maybeOpens" | "guard";

/** What the policy of a resource lets identities of other tenants do, each told once. */
export function lettingIn(
  fact: FactOf<"guards">,
  graph: Graph,
  resources: Resources,
): readonly Answer<LetInMessage>[] {
  const open = mayLetIn(graph, fact, resources);
  const told = [
    ...letInBy(graph, fact, resources).map((each): Answer<LetInMessage> => {
      const isSure = doubtOf(each) === undefined;
      const answer = letInAnswer(each, fact, graph);
      return { ...answer, message: isSure ? "letsIn" : "maybeLetsIn", holder: each.identity };
    }),
    ...unnamed(letInUnnamed(graph, fact, resources), fact, graph),
  ];
  if (open === undefined) return told;
  const { held, doubt } = open;
  return [
    ...told,
    {
      verdict: "undetermined",
      message: "guard",
      data: { what: whatOf({ held }, graph), reason: doubt.reason },
      about: held.name ?? "",
      at: fact.at,
      waitsFor: distinct(doubt.waitsFor),
    },
  ];
}

/** Whom a policy lets in without that it names them is told once, whoever they are. */
function unnamed(
  [first, ...others]: readonly LetIn[],
  fact: FactOf<"guards">,
  graph: Graph,
): readonly Answer<LetInMessage>[] {
  if (first === undefined) return [];
  const answer = letInAnswer(first, fact, graph);
  return [
    {
      ...answer,
      message: doubtOf(first) === undefined ? "opens" : "maybeOpens",
      extent: first.reached.actions,
      related: [first, ...others].map(({ identity, by }) => ({
        name: identity,
        as: ofTenant(by.tenant),
      })),
    },
  ];
}

function doubtOf({ by, reached }: LetIn): Doubt | undefined {
  return by.doubt ?? reached.doubt;
}

/** What is told of an identity that is let in, however that came about. */
function letInAnswer(
  each: LetIn,
  { at }: FactOf<"guards">,
  graph: Graph,
): Omit<Answer<LetInMessage>, "message"> {
  const { by, identity, reached } = each;
  const doubt = doubtOf(each);
  const about = reached.held.name ?? identity;
  return {
    verdict: doubt === undefined ? "violated" : "undetermined",
    data: {
      what: whatOf(reached, graph),
      identity: labelOfThing(graph, identity),
      tenant: doubt === undefined ? (by.tenant ?? "") : tenantText(by.tenant),
      actions: actionsIn([reached]),
      reason: doubt?.reason ?? "",
    },
    about,
    at,
    chain: [...by.chain.map(linkOf), { from: identity, to: about, by: "is let in by", at }],
    fix: "let in the tenant's own roles alone, and hand over between tenants through an API that both declare",
    ...(doubt !== undefined && { waitsFor: distinct(doubt.waitsFor) }),
  };
}
