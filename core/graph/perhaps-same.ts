import type { Graph } from "./graph";
import { scopeKindOf, scopeOf, scopesDiffer, withoutScope, type Name } from "./name";

/** What of a provider tells its account or its cluster. */
const tellingOf = { account: "allowedAccountIds", cluster: "kubeconfig" } as const;

/**
 * Why two things of {@link Graph.maybeSame} may be one: whose account or cluster is not known, and what would tell it, as the
 * end of a sentence.
 */
export function whyPerhapsSame(graph: Graph, a: Name, b: Name): string {
  const others = graph.namesOf(b);
  for (const one of graph.namesOf(a)) {
    const [what, scope, loose] = [scopeKindOf(one), scopeOf(one), withoutScope(one)];
    if (what === undefined || scope === undefined) continue;
    for (const other of others) {
      const otherScope = scopeOf(other);
      if (otherScope === undefined || withoutScope(other) !== loose) continue;
      if (!scopesDiffer(scope, otherScope)) return reason(what, [scope, otherScope]);
    }
  }
  return "nothing tells whether they are one";
}

function reason(what: "account" | "cluster", scopes: readonly string[]): string {
  const providers = [...new Set(scopes)].flatMap((scope) => providerIn(scope) ?? []).sort();
  const known = scopes.find((scope) => providerIn(scope) === undefined);
  const whose =
    known === undefined
      ? `${providers.join(" and ")} are of one ${what}`
      : `${providers.join(" and ")} is of ${what} \`${known}\``;
  return `nothing tells whether ${whose}, as \`${tellingOf[what]}\` of ${known === undefined ? "both" : "it"} would`;
}

/** A provider as people name it; undefined where the scope is an account or an API server. */
function providerIn(scope: string): string | undefined {
  if (scope === "default") return "the default provider";
  return scope.startsWith("urn:")
    ? `provider \`${scope.slice(scope.lastIndexOf("::") + 2)}\``
    : undefined;
}
