import { crossingBy } from "../domain/paths/access/crossing";
import { resourcesOf, type Resources } from "../domain/paths/access/resources";
import { sharedResourcesBy, type SharedResource } from "../domain/paths/access/shared";
import type { Policy } from "../domain/iam/authority/authority";
import { policiesIn } from "../domain/iam/authority/authority-of";
import { permittedIn } from "../domain/iam/authority/permitted";
import type { FactOf } from "../facts/fact";
import type { At } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import { labelOfThing } from "../facts/label";
import type { Name } from "../facts/name";
import { capitalised, listOf } from "../../core/listed";
import { defineRule, type Answer } from "../findings/define-rule";
import { evidenceOf, labelOfPolicy } from "./answers/authority";
import { dedupKey } from "./answers/dedup-keys";
import { lettingIn, type AllowedMessage } from "./answers/resource-policies";
import {
  actionsIn,
  linkOf,
  ofTenant,
  pinTag,
  tenantText,
  tenantsText,
  whatOf,
} from "./answers/tenants";

type Message = "reaches" | "open" | AllowedMessage | "shared";
type Permission = FactOf<"allows" | "attaches">;

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
    "allow only the tenant's own resources, by name or by the condition key `aws:ResourceTag/agentid.dev/tenant`, such as in `permissions` of an `Agent` or `Tool`",
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
    const identity = permittedIn(fact, graph);
    return [
      ...policiesIn(graph, fact).flatMap((policy) =>
        identity === undefined ? [] : answersOn(policy, identity, fact, graph, resources),
      ),
      ...sharedResourcesBy(graph, fact, resources).map((each) =>
        sharedAnswer(each, fact.at, graph),
      ),
    ];
  },
});

function answersOn(
  policy: Policy,
  identity: Name,
  { at, kind }: Permission,
  graph: Graph,
  resources: Resources,
): readonly Answer<Message>[] {
  const crossing = crossingBy(graph, identity, policy, resources);
  if (crossing === undefined) return [];
  const { by, uncertainty } = crossing;
  const { chain: toPolicy = [] } = evidenceOf(graph, identity, policy.name, at);
  const chain = [...by.chain.map(linkOf), ...(by.chain.length > 0 ? toPolicy.slice(-1) : toPolicy)];
  const data = {
    policy: labelOfPolicy(graph, policy, identity, at),
    tenant: tenantText(by.tenant, "a tenant"),
  };
  const fix = by.chain.some(({ passesTags }) => passesTags) ? pinTag : undefined;
  const base = { data, about: policy.name, holder: identity, at, uncertainty, fix };
  if (crossing.kind === "open") {
    const isUnknown = policy.content.kind === "unknown";
    const fault = isUnknown ? dedupKey(graph, "unknown policy", policy.name, identity) : undefined;
    const severity = policy.managed === undefined ? undefined : "medium";
    return [{ ...base, message: "open", severity, fault, chain }];
  }
  const { reached } = crossing;
  const named = reached.flatMap(({ resource: { name, tenant } }) =>
    name === undefined ? [] : [{ name, as: ofTenant(tenant) }],
  );
  const to = reached[0]?.resource.name;
  const from = kind === "allows" && policy.name === identity ? identity : policy.name;
  const last = to === undefined ? [] : [{ from, to, by: "allows acting on", at }];
  return [
    {
      ...base,
      message: "reaches",
      data: {
        ...data,
        actions: actionsIn(reached),
        what: listOf(reached.map((each) => whatOf(each, graph))),
      },
      evidenceParts: reached.map(({ resource: held }) =>
        held.name === undefined ? held.key : { name: held.name, as: "on" },
      ),
      // Reported beside what else is wrong with the policy.
      fault: dedupKey(graph, "access across tenants", identity, policy.name),
      chain: [...chain, ...last],
      related: named,
    },
  ];
}

const mostShared = 4;

/** For a secret: a tag of one tenant would take it from the others. */
const ownSecret =
  "give each tenant a secret of its own, and allow only that; a vendor's key belongs in a `LegacyTool` of each tenant";

/** What several tenants use is reported at the permission of the last of them. */
function sharedAnswer(
  { held, uses, uncertainty }: SharedResource,
  at: At,
  graph: Graph,
): Answer<Message> {
  const about = held.name ?? "";
  const shown = uses.slice(0, mostShared);
  return {
    message: "shared",
    data: {
      what: `${capitalised(held.kind.what)} \`${labelOfThing(graph, about)}\``,
      actions: actionsIn(uses.map(({ reached }) => reached)),
      tenants: tenantsText(uses.map(({ by }) => by.tenant)),
    },
    about,
    at,
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
    fix: held.kind.what === "secret" ? ownSecret : undefined,
  };
}
