import { listOf } from "../../core/listed";
import { crossingBy, type Crossing } from "../../core/access/crossing";
import type { Reached } from "../../core/access/decide";
import { resourcesOf, type Resources } from "../../core/access/resources";
import { sharedResources, type SharedResource, type Use } from "../../core/access/shared";
import type { Policy } from "../../core/authority/authority";
import { policiesIn } from "../../core/authority/authority-of";
import { permittedIn } from "../../core/authority/permitted";
import type { Fact, FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { oncePerGraph } from "../../core/graph/once-per-graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { defineRule, type Answer } from "../define-rule";
import { actionsIn, linkOf, ofTenant, tenantText, whatOf } from "../answers/tenants";
import { evidenceOf, labelOfPolicy } from "../answers/authority";
import { lettingIn, type LetInMessage } from "../answers/resource-policies";
import { tenantsText } from "../answers/tenants";
import { dedupKey } from "../answers/dedup-keys";

type Message = "reaches" | "open" | LetInMessage | "shared";
type Link = NonNullable<Answer["chain"]>[number];

/** A permission on another tenant's data makes one tenant's mistake the other's loss. */
export default defineRule({
  id: "no-cross-tenant-access",
  title:
    "No identity may act on a resource of another tenant, and no two tenants share a secret or gateway",
  severity: "critical",
  family: "tenancy",
  decides: "closed",
  because:
    "a boundary, a Deny, the policy of a resource and the tenant of a thing may come from resources yet to come",
  watches: ["allows", "attaches", "guards"],
  remediation:
    "allow only the tenant's own resources, by name or by the condition key `aws:ResourceTag/agentid.dev/tenant`",
  messages: {
    reaches: "Policy `{policy}` allows {tenant} to call {actions} on {what}",
    open: "Policy `{policy}` allows {tenant} to act on resources of other tenants",
    exposes: "The policy of {what} allows {tenant} to call {actions}",
    opens:
      "The policy of {what} allows callers that it does not name to call {actions}, also from {tenant}",
    guard: "The policy of {what} allows other tenants to act on it",
    shared: "{what} can be used by {actions} from {tenants}",
  },
  check: (fact, graph, { tenants }) => {
    const resources = resourcesOf(graph, tenants);
    if (fact.kind === "guards") return lettingIn(fact, graph, resources);
    return [...crossings(fact, graph, resources), ...(sharing(graph, resources).get(fact) ?? [])];
  },
});

function crossings(
  fact: FactOf<"allows" | "attaches">,
  graph: Graph,
  resources: Resources,
): readonly Answer<Message>[] {
  const identity = permittedIn(fact, graph);
  if (identity === undefined) return [];
  return policiesIn(graph, fact).flatMap((policy) => {
    const crossing = crossingBy(graph, identity, policy, resources);
    return crossing === undefined ? [] : [answerOn(crossing, policy, identity, fact, graph)];
  });
}

function answerOn(
  crossing: Crossing,
  policy: Policy,
  identity: Name,
  fact: FactOf<"allows" | "attaches">,
  graph: Graph,
): Answer<Message> {
  const { by, uncertainty } = crossing;
  const evidence = evidenceOf(graph, identity, policy.name, fact.at);
  const { chain: toPolicy = [] } = evidence;
  const chain = [...by.chain.map(linkOf), ...(by.chain.length > 0 ? toPolicy.slice(-1) : toPolicy)];
  const base = {
    about: policy.name,
    holder: identity,
    at: fact.at,
    uncertainty,
  };
  const data = {
    policy: labelOfPolicy(graph, policy, identity, fact.at),
    tenant: tenantText(by.tenant, "a tenant"),
  };
  if (crossing.kind === "open") {
    return {
      ...base,
      message: "open",
      data,
      chain,
      ...(policy.content.kind === "unknown" && {
        fault: dedupKey(graph, "unknown policy", policy.name, identity),
      }),
      ...(policy.managed !== undefined && { severity: "medium" as const }),
    };
  }
  const { reached } = crossing;
  return {
    ...base,
    message: "reaches",
    data: {
      ...data,
      actions: actionsIn(reached),
      what: listOf(reached.map((each) => whatOf(each, graph))),
    },
    evidenceParts: reached.map(({ held }) =>
      held.name === undefined ? held.key : { name: held.name, as: "on" },
    ),
    // Reported beside what else is wrong with the policy.
    fault: dedupKey(graph, "access across tenants", identity, policy.name),
    chain: [...chain, ...lastLink(reached, policy, identity, fact)],
    related: reached.flatMap(({ held }) =>
      held.name === undefined ? [] : [{ name: held.name, as: ofTenant(held.tenant) }],
    ),
  };
}

function lastLink(
  [first]: readonly Reached[],
  policy: Policy,
  identity: Name,
  { at, kind }: FactOf<"allows" | "attaches">,
): readonly Link[] {
  if (first?.held.name === undefined) return [];
  const from = kind === "allows" && policy.name === identity ? identity : policy.name;
  return [{ from, to: first.held.name, by: "allows acting on", at }];
}

/** What several tenants use, each reported at the permission of the last of them. */
const sharing = oncePerGraph(
  (graph, resources: Resources): ReadonlyMap<Fact, readonly Answer<Message>[]> => {
    const found = new Map<Fact, Answer<Message>[]>();
    for (const shared of sharedResources(graph, resources)) {
      const last = shared.uses.at(-1);
      if (last === undefined) continue;
      found.set(last.fact, [...(found.get(last.fact) ?? []), sharedAnswer(shared, last, graph)]);
    }
    return found;
  },
);

function sharedAnswer({ held, uses }: SharedResource, last: Use, graph: Graph): Answer<Message> {
  const about = held.name ?? "";
  const uncertainties = uses.flatMap(
    ({ by, reached }) => by.uncertainty ?? reached.uncertainty ?? [],
  );
  const sure = uses.length - uncertainties.length;
  const uncertainty = sure > 1 ? undefined : uncertainties[0];
  const shown = uses.slice(0, mostShared);
  return {
    message: "shared",
    data: {
      what: startOf(`${held.kind.what} \`${labelOfThing(graph, about)}\``),
      actions: actionsIn(uses.map(({ reached }) => reached)),
      tenants: tenantsText(uses.map(({ by }) => by.tenant)),
    },
    about,
    at: last.fact.at,
    evidenceParts: uses.map(({ identity }) => ({ name: identity, as: "used by" })),
    related: shown.map(({ by, identity }) => ({
      name: identity,
      as: by.tenant === undefined ? "may use it" : `may use it for tenant \`${by.tenant}\``,
    })),
    chain: shown.flatMap(({ by, identity, policy, fact }) => [
      ...by.chain.map(linkOf),
      ...(graph.same(policy.name, identity)
        ? []
        : [{ from: identity, to: policy.name, by: "is allowed by", at: fact.at }]),
      { from: policy.name, to: about, by: "allows using", at: fact.at },
    ]),
    uncertainty,
  };
}

/** A text as the start of a sentence. */
function startOf(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const mostShared = 4;
