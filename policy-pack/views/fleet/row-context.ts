import type { IdentityAuthority } from "../delta/authority";
import { keyOf } from "../delta/permission";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import {
  type Name,
  inScope,
  placeOfScope,
  scopedName,
  scopeKindOf,
  scopeOf,
} from "../../facts/name";
import { labelOfThing } from "../../facts/label";
import { kindOf } from "../identity-graph/kinds";
import type { SourcePosition } from "../../../core/snapshot/resource";
import type { Urn } from "../../../core/snapshot/value";
import { knownTenant, tenantOf } from "../../domain/workloads/tenancy";
import { stepsIn } from "../../domain/paths/assume/steps";
import { iamRole, isAccountId } from "../../../core/arn";
import { eksClusterIn } from "../../facts/eks-scope";
import { hasWildcard } from "../../../core/pattern";

/** What rows of facts are made from: the complete graph of a stack, and who may do what in it. */
export interface RowContext {
  readonly graph: Graph;
  /** The stack, as `project/stack`. */
  readonly stack: string;
  readonly names: FleetNames;
  /** The workloads of the stack, each by its most specific fact. */
  readonly workloads: readonly FactOf<"workload">[];
  /** The effective permissions of an identity. */
  readonly authorityOf: (name: Name) => IdentityAuthority | undefined;
}

/** Prepares the context of rows. */
export function rowContextOf(
  graph: Graph,
  stack: string,
  workloads: readonly FactOf<"workload">[],
  authorities: readonly IdentityAuthority[],
): RowContext {
  const byKey = new Map(authorities.map((each) => [each.key, each]));
  return {
    ...{ graph, stack, workloads },
    names: new FleetNames(graph, stack),
    authorityOf: (name) => byKey.get(keyOf(graph.masks.over(graph.canonical(name)))),
  };
}

/** Columns with the location of a declaration. */
export interface Placed {
  readonly urn: string;
  readonly source: string;
}

/** Where a resource is declared. */
export function placedAt({ graph }: RowContext, urn: Urn): Placed {
  const source = graph.sourceOf(urn);
  return {
    urn: urn.startsWith("urn:pulumi:") ? urn : "",
    source: source ? sourceText(source) : "",
  };
}

/** Where a thing is declared; empty for what no resource of the stack declares. */
export function placeOfThing(context: RowContext, name: Name): Placed {
  return placedAt(context, context.graph.canonical(name));
}

/** A position as one text: `file:line:column`. */
export function sourceText({ file, line, column }: SourcePosition): string {
  return [file, line, ...(column === undefined ? [] : [column])].join(":");
}

/** How people name a thing, without what is marked as secret. Hostile wherever it is shown. */
export function shownLabel({ graph }: RowContext, name: Name): string {
  return graph.masks.over(labelOfThing(graph, name));
}

/** What a thing is, as people call it. */
export function whatOf({ graph }: RowContext, name: Name, fallback: "identity" | "secret"): string {
  return kindOf(graph, name, fallback).what;
}

/** The tenant of a thing; empty where it has none, or none that is known. */
export function tenantText({ graph }: RowContext, name: Name): string {
  const own = tenantOf(graph, name);
  const stated = own.kind === "none" ? stepsIn(graph).noted.get(graph.idOf(name)) : own;
  const tenant = stated?.kind === "tenant" ? knownTenant(stated.tenant) : undefined;
  return tenant === undefined || graph.masks.over(tenant) !== tenant ? "" : tenant;
}

/** Rows without duplicates, in the order of their columns. */
export function distinctRows<Row extends object>(rows: Iterable<Row>): readonly Row[] {
  const found = new Map<string, Row>();
  for (const row of rows) found.set(JSON.stringify(Object.values(row)), row);
  return [...found].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row);
}

/**
 * Names that mean the same in every stack.
 *
 * The graph of a stack has a thing by several names. Of those that every stack would use, such as `iam-role|111122223333|desk`,
 * the first is taken. Where there is none, the name contains the URN of a resource, or the stack.
 */
class FleetNames {
  readonly #graph: Graph;
  readonly #stack: string;

  constructor(graph: Graph, stack: string) {
    this.#graph = graph;
    this.#stack = stack;
  }

  /** The name of a thing; undefined where it is marked as secret, so that nothing may be compared by it. */
  of(name: Name): string | undefined {
    const found = this.#settled(name) ?? this.#own(name);
    return this.#graph.masks.over(found) === found ? found : undefined;
  }

  /** Whether a resource of this stack declares a thing. */
  isDeclared(name: Name): boolean {
    return this.#graph.canonical(name).startsWith("urn:pulumi:");
  }

  #settled(name: Name): string | undefined {
    const spellings = this.#graph.namesOf(name).flatMap((each) => settledName(each) ?? []);
    return spellings.sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))[0];
  }

  #own(name: Name): string {
    const canonical = this.#graph.canonical(name);
    if (canonical.startsWith("urn:pulumi:")) return canonical;
    return inScope(canonical, `stack ${this.#stack}`) ?? `stack ${this.#stack}|${canonical}`;
  }
}

/** A name as every stack has it; undefined for one that only its own stack can distinguish from others. */
function settledName(name: Name): Name | undefined {
  const kind = scopeKindOf(name);
  if (kind !== undefined) {
    const scope = scopeOf(name) ?? "";
    const isSettled =
      kind === "account" ? isAccountId(placeOfScope(scope).account) : isCluster(scope);
    return isSettled ? name : undefined;
  }
  if (name.startsWith("spiffe://")) return name;
  if (!name.startsWith("arn:") || hasWildcard(name)) return undefined;
  const role = iamRole(name);
  return role !== undefined && isAccountId(role.account)
    ? scopedName("iam-role", role.account, role.name)
    : name;
}

/** Whether the scope of a name identifies a cluster: its API server, or its account and name. */
function isCluster(scope: string): boolean {
  const eks = eksClusterIn(scope);
  if (eks !== undefined) return isAccountId(eks.account);
  return scope !== "default" && !scope.startsWith("urn:");
}

/** Names by account or cluster come first: a stack that only refers to a thing has one too. */
function rankOf(name: Name): number {
  return scopeKindOf(name) === undefined ? 1 : 0;
}
