import { listOf } from "../../../core/listed";
import type { CallingTenant } from "../../domain/paths/access/crossing";
import type { Reached } from "../../domain/paths/access/decide";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import { knownTenant } from "../../domain/workloads/tenancy";
import type { Answer } from "../../findings/define-rule";

type Link = NonNullable<Answer["chain"]>[number];

/** A tenant in a sentence; `otherwise` replaces an unknown one. */
export function tenantText(tenant: string | undefined, otherwise = "another tenant"): string {
  return tenant === undefined ? otherwise : `tenant \`${tenant}\``;
}

/** What a related resource or identity is to a finding. */
export function ofTenant(tenant: string | undefined): string {
  const known = tenant === undefined ? undefined : knownTenant(tenant);
  return known === undefined ? "is of a tenant that is not known yet" : `is of tenant \`${known}\``;
}

/** A resource, or what configuration names, with the tenant it is of. */
export function whatOf({ resource }: Pick<Reached, "resource">, graph: Graph): string {
  const known = resource.tenant === undefined ? undefined : knownTenant(resource.tenant);
  const tenant = tenantText(known);
  if (resource.name !== undefined) {
    return `${resource.kind.what} \`${labelOfThing(graph, resource.name)}\` of ${tenant}`;
  }
  const pattern = resource.key.slice(resource.key.lastIndexOf(" ") + 1);
  return resource.isAccount === true
    ? `resources in account \`${pattern}\` of ${tenant}`
    : `each ${resource.kind.what} \`${pattern}\` of ${tenant}`;
}

const mostActions = 3;

/** The allowed actions, as the policy writes them. */
export function actionsIn(reached: readonly Reached[]): string {
  const actions = [...new Set(reached.flatMap((each) => each.actions))].slice(0, mostActions);
  return actions.length === 0
    ? "actions that it does not exclude"
    : listOf(actions.map((action) => `\`${action}\``));
}

/** How to keep a caller from choosing the tenant of a session. */
export const pinTag =
  "in the trust policy that allows `sts:TagSession`, require the caller's own tenant by the condition key " +
  "`aws:RequestTag/agentid.dev/tenant`, and deny roles `iam:TagRole` on themselves";

/** A step by which a tenant comes to call as an identity. */
export function linkOf({ from, to, by, fact }: CallingTenant["chain"][number]): Link {
  return { from, to, by, at: fact.at };
}

/** How many tenants a sentence names; it counts the rest. */
const mostNamed = 4;

/** `two tenants: acme, globex`; of tenants that are not known it counts each. */
export function tenantsText(tenants: readonly (string | undefined)[]): string {
  const known = tenants.flatMap((tenant) => tenant ?? []).slice(0, mostNamed);
  const count = tenants.length === 2 ? "two" : String(tenants.length);
  if (known.length === 0) return `${count} tenants`;
  const more = tenants.length - known.length;
  const rest = more === 1 ? " and another" : ` and ${more} more`;
  return `${count} tenants: ${known.join(", ")}${more === 0 ? "" : rest}`;
}
