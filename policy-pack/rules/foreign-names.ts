import { longestSourceIdentity, sourceIdentitiesOf } from "../../core/grants/source-identity";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { oncePerGraph } from "../../core/graph/once-per-graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import type { Urn } from "../../core/snapshot/value";
import { knownTenant, tenantOf, tenantsIn } from "../../core/tenancy";
import type { ClaimPattern } from "../../core/trust/claim-pattern";
import type { Answer } from "../define-rule";
import { distinct } from "./authority-answers";

/** Who starts sessions of a role. */
export interface Caller {
  readonly name: Name;
}

/** What is reported of the source identities that a role accepts. */
export type ForeignMessage = "foreign";

/** Names of another tenant's workloads, as our components write them: `<tenant>.<workload>`. */
export function foreignNames(
  patterns: readonly ClaimPattern[],
  caller: Caller,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<ForeignMessage>[] {
  if (!graph.complete) return [];
  const own = tenantOf(graph, fact.identity);
  if (own.kind === "none") return [];
  const ownName = own.kind === "tenant" ? own.tenant : undefined;
  const base = { about: fact.identity, holder: caller.name, at: fact.at };
  const role = labelOfThing(graph, fact.identity);
  const tenants = tenantsIn(graph);
  const others = tenants.size - (ownName !== undefined && tenants.has(ownName) ? 1 : 0);
  const tenant = tenantNamedIn(patterns, ownName, graph);
  if (tenant !== undefined && own.kind === "tenant") {
    const data = { role, own: `tenant \`${own.tenant}\``, tenant };
    return [{ ...base, verdict: "violated", message: "foreign", data }];
  }
  // A tenant that is not known may be the one in whose name the sessions are.
  const starts = patterns.flatMap(({ text }) => /^([^.*?]+)\./.exec(text)?.[1] ?? []);
  const named = tenant ?? starts.find((text) => !isOwn(text));
  const hidden = unknownTenants(graph);
  const isOpen = own.kind === "unknown" ? tenant !== undefined || others > 1 : true;
  if (named === undefined || hidden === undefined || !isOpen) return [];
  const dependsOn = own.kind === "unknown" ? distinct(own.dependsOn) : hidden;
  const data = {
    role,
    own: ownName === undefined ? "a tenant" : `tenant \`${ownName}\``,
    tenant: named,
  };
  return [{ ...base, verdict: "undetermined", message: "foreign", data, dependsOn }];

  function isOwn(start: string): boolean {
    return ownName !== undefined && sourceIdentitiesOf(ownName) === `${start}.*`;
  }
}

/** A known tenant of a stack, and its place among all. */
interface Ordered {
  readonly tenant: string;
  readonly order: number;
}

/** The first known tenant of the stack, but for one, in whose name a pattern's sessions are. */
function tenantNamedIn(
  patterns: readonly ClaimPattern[],
  own: string | undefined,
  graph: Graph,
): string | undefined {
  const starts = startsOf(graph);
  let first: Ordered | undefined;
  for (const { text } of patterns) {
    for (let dot = text.indexOf("."); dot >= 0; dot = text.indexOf(".", dot + 1)) {
      if (dot > longestSourceIdentity) break;
      const named = starts.get(text.slice(0, dot + 1));
      if (named === undefined || named.tenant === own) continue;
      if (first === undefined || named.order < first.order) first = named;
    }
  }
  return first?.tenant;
}

/** The known tenants of a complete graph by what the names of their workloads start with. */
const startsOf = oncePerGraph((graph): ReadonlyMap<string, Ordered> => {
  const known = [...tenantsIn(graph)].filter((tenant) => knownTenant(tenant) !== undefined);
  return new Map(
    known.map((tenant, order) => [sourceIdentitiesOf(tenant).slice(0, -1), { tenant, order }]),
  );
});

/** What the tenants of a complete graph wait for that are not known; undefined where all are. */
const unknownTenants = oncePerGraph((graph): readonly Urn[] | undefined => {
  const unknown = graph
    .all("belongs-to")
    .flatMap(({ tenant }) => (tenant.kind === "unknown" ? [tenant.dependsOn] : []));
  return unknown.length === 0 ? undefined : distinct(unknown.flat());
});
