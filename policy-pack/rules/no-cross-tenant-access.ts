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
import { actionsIn, linkOf, listOf, ofTenant, tenantText, whatOf } from "./access-texts";
import { distinct, evidenceOf, unknownFault, labelOfPolicy } from "./authority-answers";
import { lettingIn, type LetInMessage } from "./let-in-answers";

type Message = "reaches" | "maybe" | "open" | LetInMessage | "shared" | "maybeShared";
type Link = NonNullable<Answer["chain"]>[number];

/** A permission that takes in another tenant's data makes one tenant's mistake the other's loss. */
export default defineRule({
  id: "no-cross-tenant-access",
  title:
    "No identity of a tenant may act on a resource of another, nor two tenants' on one secret, gateway or credential provider",
  severity: "critical",
  family: "tenancy",
  decides: "closed",
  because:
    "a boundary, a Deny, the policy of a resource and the tenant of a thing may come from resources yet to come",
  watches: ["allows", "attaches", "guards"],
  standards: [
    "NHI8:2025",
    "NHI5:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.M0032",
    "NIST-800-53r5:AC-4",
    "NIST-800-53r5:SC-4",
  ],
  remediation:
    "name the tenant's own resources, or allow only those that carry its tag by `aws:ResourceTag/agentid.dev/tenant`, where the service authorises by tag",
  messages: {
    reaches: "`{identity}` of tenant `{tenant}` may call {actions} on {what}",
    maybe:
      "undetermined: `{identity}` of {tenant} may be able to call {actions} on {what}: {reason}",
    open: "undetermined: a preview cannot know whether `{policy}` lets `{identity}` of {tenant} act on resources of other tenants: {reason}",
    letsIn: "{what} lets `{identity}` of tenant `{tenant}` call {actions}",
    maybeLetsIn: "undetermined: {what} may let `{identity}` of {tenant} call {actions}: {reason}",
    opens:
      "{what} lets callers that its policy does not name call {actions}, `{identity}` of tenant `{tenant}` among them",
    maybeOpens:
      "undetermined: {what} may let callers that its policy does not name call {actions}, `{identity}` of {tenant} among them: {reason}",
    guard:
      "undetermined: a preview cannot know whether {what} lets identities of other tenants act on it: {reason}",
    shared: "`{resource}` can be used from tenants {tenants}, by {actions}",
    maybeShared:
      "undetermined: `{resource}` may be used from tenants {tenants}, by {actions}: {reason}",
  },
  check: (fact, graph, { tenants }) => {
    if (!graph.complete) return [];
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
  const { by, doubt } = crossing;
  const evidence = evidenceOf(graph, identity, policy.name, fact.at);
  const { chain: toPolicy = [] } = evidence;
  const chain = [...by.chain.map(linkOf), ...(by.chain.length > 0 ? toPolicy.slice(-1) : toPolicy)];
  const base = {
    about: policy.name,
    holder: identity,
    at: fact.at,
    ...(doubt !== undefined && { waitsFor: distinct(doubt.waitsFor) }),
  };
  const tenant = tenantText(by.tenant);
  const data = {
    identity: labelOfThing(graph, identity),
    policy: labelOfPolicy(graph, policy, identity, fact.at),
    tenant: doubt === undefined ? (by.tenant ?? "") : tenant,
    reason: doubt?.reason ?? "",
  };
  if (crossing.kind === "open") {
    return {
      ...base,
      verdict: "undetermined",
      message: "open",
      data,
      chain,
      ...(policy.content.kind === "unknown" && {
        fault: unknownFault(graph, policy.name, identity),
      }),
      ...(policy.managed !== undefined && { grade: "medium" as const }),
    };
  }
  const { reached } = crossing;
  return {
    ...base,
    verdict: doubt === undefined ? "violated" : "undetermined",
    message: doubt === undefined ? "reaches" : "maybe",
    data: {
      ...data,
      actions: actionsIn(reached),
      what: listOf(reached.map((each) => whatOf(each, graph))),
    },
    extent: reached.map(({ held }) =>
      held.name === undefined ? held.key : { name: held.name, as: "on" },
    ),
    // Told beside what else is wrong with the policy.
    fault: `access across tenants of ${graph.canonical(identity)} by ${graph.canonical(policy.name)}`,
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

/** What several tenants use, each told at the permission of the last of them. */
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
  const doubts = uses.flatMap(({ by, reached }) => by.doubt ?? reached.doubt ?? []);
  const sure = uses.length - doubts.length;
  const doubt = sure > 1 ? undefined : doubts[0];
  const shown = uses.slice(0, mostShared);
  const more = uses.length - shown.length;
  return {
    verdict: doubt === undefined ? "violated" : "undetermined",
    message: doubt === undefined ? "shared" : "maybeShared",
    data: {
      resource: labelOfThing(graph, about),
      tenants:
        listOf(
          shown.map(({ by }) =>
            by.tenant === undefined ? "one not known yet" : `\`${by.tenant}\``,
          ),
        ) + (more > 0 ? ` and ${more} more` : ""),
      actions: actionsIn(uses.map(({ reached }) => reached)),
      reason: doubt?.reason ?? "",
    },
    about,
    at: last.fact.at,
    extent: uses.map(({ identity }) => ({ name: identity, as: "used by" })),
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
    ...(doubt !== undefined && { waitsFor: distinct(doubt.waitsFor) }),
  };
}

const mostShared = 4;
