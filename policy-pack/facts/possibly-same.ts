import { eksClusterIn } from "./eks-scope";
import type { Graph } from "./graph";
import {
  mayBeReplicas,
  placeOfScope,
  scopeKindOf,
  scopeOf,
  scopesDiffer,
  withoutScope,
  type Name,
} from "./name";

/** The setting of a provider that names its account or its cluster. */
const scopeSetting = { account: "allowedAccountIds", cluster: "kubeconfig" } as const;

/** A stand-in for either where a program names no provider. */
const byDefault = { account: "the default provider", cluster: "the default cluster" } as const;

/**
 * Why two things of {@link Graph.possiblySame} may be one: which account or cluster is unknown, and what would settle it, as
 * the end of a sentence.
 */
export function whyPossiblySame(graph: Graph, a: Name, b: Name): string {
  const others = graph.namesOf(b);
  for (const one of graph.namesOf(a)) {
    const [what, scope, loose] = [scopeKindOf(one), scopeOf(one), withoutScope(one)];
    if (what === undefined || scope === undefined) continue;
    for (const other of others) {
      const otherScope = scopeOf(other);
      if (otherScope === undefined || withoutScope(other) !== loose) continue;
      if (!scopesDiffer(scope, otherScope)) return reason(what, [scope, otherScope]);
      if (mayBeReplicas(one, other)) return "whether one is a replica of the other is not known";
    }
  }
  return "whether they are one is not known";
}

function reason(what: "account" | "cluster", scopes: readonly string[]): string {
  const places = [...new Set(scopes.map((scope) => placeOfScope(scope).account))].sort();
  if (places.length === 1 && scopes.length > 1) return reasonOfRegion(scopes);
  const open = places.filter(isUnknown);
  const [known] = places.filter((scope) => !isUnknown(scope));
  const named = open.map((scope) => placeOf(what, scope)).join(" and ");
  const whose =
    known === undefined ? `${named} are of one ${what}` : `${named} is of ${what} \`${known}\``;
  const reported = open.every(isProvider)
    ? `, as \`${scopeSetting[what]}\` of a provider would`
    : "";
  return `it is not known whether ${whose}${reported}`;
}

function reasonOfRegion(scopes: readonly string[]): string {
  const known = scopes.flatMap((scope) => placeOfScope(scope).region ?? []);
  return `it is not known whether the region of one is \`${known.join("")}\`, as that of the other is`;
}

function isProvider(scope: string): boolean {
  return scope === "default" || /^urn:pulumi:.*:pulumi:providers:/.test(scope);
}

/** Whether a scope is no account and no API server, but what is of one. */
function isUnknown(scope: string): boolean {
  return scope === "default" || scope.startsWith("urn:");
}

/** A readable stand-in for an unknown account or cluster. */
function placeOf(what: "account" | "cluster", scope: string): string {
  if (scope === "default") return byDefault[what];
  const last = scope.split(/::|[:/]/).at(-1) ?? scope;
  if (isProvider(scope)) return `provider \`${last}\``;
  if (scope.startsWith("urn:store:")) {
    const space = scope.split("/").at(-2) ?? "";
    return `store \`${space === "" ? last : `${space}/${last}`}\``;
  }
  return eksClusterIn(scope) === undefined ? `what \`${last}\` reaches` : `EKS cluster \`${last}\``;
}
