import { iamRole, isAccountId } from "../arn";
import { eksClusterIn } from "../graph/eks-scope";
import type { Graph } from "../graph/graph";
import { inScope, placeOfScope, scopedName, scopeKindOf, scopeOf, type Name } from "../graph/name";
import { hasWildcard } from "../pattern";

/**
 * Names that mean the same in every stack.
 *
 * The graph of a stack knows a thing by several names. Of those that every stack would use, such as `iam-role|111122223333|desk`,
 * the first is taken. Where there is none, the name has the URN of a resource, or the stack, in it.
 */
export class FleetNames {
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

/** A name as every stack has it; undefined for one that only its own stack can tell from others. */
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

/** Whether the scope of a name tells a cluster from all others: its API server, or its account and name. */
function isCluster(scope: string): boolean {
  const eks = eksClusterIn(scope);
  if (eks !== undefined) return isAccountId(eks.account);
  return scope !== "default" && !scope.startsWith("urn:");
}

/** Names by account or cluster come first: a stack that only refers to a thing has one too. */
function rankOf(name: Name): number {
  return scopeKindOf(name) === undefined ? 1 : 0;
}
