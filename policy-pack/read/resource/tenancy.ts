import { notKnown } from "../../../core/certainty";
import type { Text } from "../../facts/fact-values";
import { matches } from "../../../core/pattern";
import { readThrough } from "../../../core/snapshot/read";
import type { Resource } from "../../../core/snapshot/resource";
import type { Settings, TenantPatterns } from "../../findings/settings";
import type { ReadContext } from "./reader";

/** Type tokens of our components that are of a tenant, or are one. */
const componentTypes: ReadonlySet<string> = new Set(
  [
    ...["Tenant", "Agent", "Tool", "LegacyTool", "Orchestrator"],
    ...["TaskBroker", "TaskBrokerDeployment"],
  ].map((name) => `agentid:index:${name}`),
);

/** Longest line of parents that is followed; Pulumi programs come nowhere near. */
const mostParents = 100;

/** The component of ours that a resource is a child of, however deep; the nearest one. */
export function componentAbove(resource: Resource, context: ReadContext): Resource | undefined {
  let parent = resource.parent;
  for (let steps = 0; parent !== undefined && steps < mostParents; steps += 1) {
    const above = context.resource(parent);
    if (above === undefined) return undefined;
    if (componentTypes.has(above.type)) return above;
    parent = above.parent;
  }
  return undefined;
}

/** The tenant that one of our components states in its inputs; a `Tenant` without a name of its own is its resource's name. */
export function tenantOfComponent(component: Resource): Text | undefined {
  const isTenant = component.type === "agentid:index:Tenant";
  const ways = isTenant
    ? [["name"], ["tenant"]]
    : [["tenant", "name"], ["tenant", "tenant"], ["tenant"]];
  for (const way of ways) {
    const found = readThrough(component.inputs, ...way);
    if (found.kind === "present" && typeof found.value === "string") {
      return { kind: "known", text: found.value };
    }
    if (found.kind === "unknown") return notKnown(found);
  }
  return isTenant ? { kind: "known", text: component.name } : undefined;
}

/** The tenant of the component of ours that a resource is a child of. */
export function componentTenant(resource: Resource, context: ReadContext): Text | undefined {
  const component = componentAbove(resource, context);
  return component && tenantOfComponent(component);
}

/** What configuration can find a tenant by; each is compared with the patterns of its kind. */
export interface TenantEvidence {
  readonly namespace?: string | undefined;
  readonly account?: string | undefined;
  /** With the leading and the final slash. */
  readonly rolePath?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * The tenants that configuration names for a thing, in the order of their names.
 *
 * More than one means that the configuration contradicts itself; the rules report it.
 */
export function configuredTenants(settings: Settings, evidence: TenantEvidence): readonly string[] {
  return Object.keys(settings.tenants)
    .filter((tenant) => {
      const patterns = settings.tenants[tenant];
      return patterns !== undefined && fits(patterns, evidence);
    })
    .sort();
}

function fits(patterns: TenantPatterns, evidence: TenantEvidence): boolean {
  return (
    fitsAny(patterns.namespaces, evidence.namespace) ||
    fitsAny(patterns.accounts, evidence.account) ||
    fitsAny(patterns.rolePaths, evidence.rolePath) ||
    fitsAny(patterns.names, evidence.name)
  );
}

function fitsAny(patterns: readonly string[], text: string | undefined): boolean {
  return text !== undefined && patterns.some((pattern) => matches(pattern, text));
}
