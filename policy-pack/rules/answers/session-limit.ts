import type { NotKnown } from "../../../core/certainty";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import type { Urn } from "../../../core/snapshot/value";
import { tenantOf } from "../../domain/workloads/tenancy";
import type { Settings } from "../../findings/define-rule";

/** The default limit of sessions without configuration and without a tenant's limit, in seconds. */
const usualLimit = 3600;

/** How long sessions may last, or what it waits for. */
export type Limit = { readonly kind: "known"; readonly seconds: number } | NotKnown;

/**
 * The configured limit, else the least that the tenant of a thing declares, else an hour.
 *
 * @param least the minimum that it can be set to, in seconds
 */
export function limitOf(
  graph: Graph,
  thing: Name,
  { maxSessionSeconds }: Settings,
  least: number,
): Limit {
  if (maxSessionSeconds !== undefined) return known(Math.max(maxSessionSeconds, least));
  const tenant = tenantOf(graph, thing);
  if (tenant.kind === "none") return known(usualLimit);
  if (tenant.kind === "unknown") return tenant;
  const declared = graph
    .all("tenant")
    .flatMap((each) => (each.maxSession ? [{ of: each.tenant, longest: each.maxSession }] : []))
    .filter(({ of }) => of.kind === "unknown" || of.text === tenant.tenant);
  const unknown = declared.flatMap(({ of, longest }) =>
    [of, longest].filter((part) => part.kind === "unknown"),
  );
  if (unknown.length > 0) {
    return { kind: "unknown", dependsOn: unknown.flatMap((each) => each.dependsOn) };
  }
  const seconds = declared.flatMap(({ longest }) =>
    longest.kind === "known" ? [longest.seconds] : [],
  );
  return known(seconds.length === 0 ? usualLimit : Math.max(Math.min(...seconds), least));
}

/** The strictest of several limits; one that is not known may be stricter than all. */
export function strictest(limits: readonly Limit[]): {
  readonly seconds: number;
  /** What may make it stricter. */
  readonly dependsOn: readonly Urn[] | undefined;
} {
  const known = limits.flatMap((limit) => (limit.kind === "known" ? [limit.seconds] : []));
  const unknown = limits.flatMap((limit) => (limit.kind === "unknown" ? [limit] : []));
  return {
    seconds: known.length === 0 ? Infinity : Math.min(...known),
    dependsOn:
      unknown.length === 0
        ? undefined
        : [...new Set(unknown.flatMap(({ dependsOn }) => dependsOn))],
  };
}

function known(seconds: number): Limit {
  return { kind: "known", seconds };
}
