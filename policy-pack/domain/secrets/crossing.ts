import type { Uncertainty } from "../../../core/certainty";
import type { Graph } from "../../facts/graph";
import { oncePerKey } from "../../facts/once-per-graph";
import type { Name } from "../../facts/name";
import type { Urn } from "../../../core/snapshot/value";
import { tenantOf, type Tenant } from "../workloads/tenancy";
import { allHoldersOf } from "./consumers";
import { partId, type SecretPart } from "./reach";
import { usedParts, type SecretUse } from "./sharing";

/** How a credential of a workload crosses a tenant's boundary. */
export type Crossing =
  /** The secret, or what it contains, is another tenant's. */
  | { readonly kind: "belongs"; readonly part: Name; readonly tenant: string }
  /** A workload of another tenant uses it too; with all tenants whose workloads do, sorted. */
  | {
      readonly kind: "held";
      readonly other: Name;
      readonly tenant: string;
      readonly tenants: readonly string[];
    }
  /** It crosses or not as soon as a tenant is known. */
  | { readonly kind: "unknown"; readonly of: Name; readonly dependsOn: readonly Urn[] };

interface Tenants {
  /** For each tenant one of its workloads, the first by stable name. */
  readonly known: ReadonlyMap<string, Name>;
  /** For each thing that is to name a tenant but is not known to, one of the workloads it names it for. */
  readonly unknown: ReadonlyMap<Name, { readonly of: Name; readonly dependsOn: readonly Urn[] }>;
}

/**
 * How a credential crosses the boundary of its consumer's tenant, a certain crossing first; undefined where it does not.
 *
 * For a complete graph. The consumers of a secret are computed once for all questions.
 *
 * @param others that may use it too
 */
export function crossingOf(
  graph: Graph,
  held: SecretUse,
  tenant: Exclude<Tenant, { kind: "none" }>,
  others: readonly Name[] = [],
): { readonly crossing: Crossing; readonly uncertainty?: Uncertainty } | undefined {
  const certain = crossingBy(graph, held, tenant, "certain");
  if (certain !== undefined) return { crossing: certain };
  const crossing =
    crossingBy(graph, held, tenant, "value") ??
    crossingBy(graph, held, tenant, "name") ??
    crossingTo(tenantsAmong(graph, others), held, tenant);
  if (crossing === undefined) return undefined;
  const dependsOn = held.about.startsWith("urn:") ? [held.about] : [];
  const reason = "whether both use the same secret is not known";
  return { crossing, uncertainty: { reason, dependsOn } };
}

/**
 * @param by `value` follows values that may flow unchanged; `name` also covers secrets that may be this one, with an unknown
 * account or cluster
 */
function crossingBy(
  graph: Graph,
  held: SecretUse,
  tenant: Exclude<Tenant, { kind: "none" }>,
  by: "certain" | "value" | "name",
): Crossing | undefined {
  const own = tenant.kind === "tenant" ? tenant.tenant : undefined;
  let open: Crossing | undefined;
  for (const part of partsOf(graph, held, by)) {
    const owner = tenantOf(graph, part.name);
    if (owner.kind === "tenant" && owner.tenant !== own) {
      if (own !== undefined) return { kind: "belongs", part: part.name, tenant: owner.tenant };
      open ??= unknownCrossing(held.workload, tenant);
    }
    if (owner.kind === "unknown" && !isSameTenant(owner, tenant)) {
      open ??= { kind: "unknown", of: part.name, dependsOn: owner.dependsOn };
    }
    const crossing = crossingTo(tenantsUsing(graph, part, by === "value"), held, tenant);
    if (crossing?.kind === "held") return crossing;
    open ??= crossing;
  }
  return open;
}

function crossingTo(
  { known, unknown }: Tenants,
  held: SecretUse,
  tenant: Exclude<Tenant, { kind: "none" }>,
): Crossing | undefined {
  let open: Crossing | undefined;
  for (const [other, workload] of known) {
    if (tenant.kind !== "tenant") open ??= unknownCrossing(held.workload, tenant);
    else if (other !== tenant.tenant) {
      const tenants = [...new Set([tenant.tenant, ...known.keys()])].sort();
      return { kind: "held", other: workload, tenant: other, tenants };
    }
  }
  for (const [thing, one] of unknown) {
    if (tenant.kind !== "unknown" || thing !== tenant.by) open ??= { kind: "unknown", ...one };
  }
  return open;
}

function partsOf(
  graph: Graph,
  held: SecretUse,
  by: "certain" | "value" | "name",
): readonly SecretPart[] {
  const parts = usedParts(graph, held, by === "value");
  if (by !== "name") return parts;
  return parts.flatMap((part) => graph.possiblySame(part.name).map((name) => ({ ...part, name })));
}

/** Whether two tenants that are not known are to be named by one and the same. */
function isSameTenant(a: Tenant, b: Tenant): boolean {
  return a.kind === "unknown" && b.kind === "unknown" && a.by === b.by;
}

function unknownCrossing(of: Name, tenant: Tenant): Crossing {
  return { kind: "unknown", of, dependsOn: tenant.kind === "unknown" ? tenant.dependsOn : [] };
}

const tenantsUsing = oncePerKey(
  (graph, part: SecretPart, derived: boolean) => `${partId(graph, part)}|${derived}`,
  (graph, part, derived): Tenants => tenantsAmong(graph, allHoldersOf(graph, part, derived)),
);

function tenantsAmong(graph: Graph, workloads: readonly Name[]): Tenants {
  const known = new Map<string, Name>();
  const unknown = new Map<Name, { of: Name; dependsOn: readonly Urn[] }>();
  for (const workload of workloads) {
    const tenant = tenantOf(graph, workload);
    if (tenant.kind === "tenant" && !known.has(tenant.tenant)) known.set(tenant.tenant, workload);
    if (tenant.kind !== "unknown" || unknown.has(tenant.by)) continue;
    unknown.set(tenant.by, { of: workload, dependsOn: tenant.dependsOn });
  }
  return { known, unknown };
}
