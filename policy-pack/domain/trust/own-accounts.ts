import { isAccountId, parseArn } from "../../../core/arn";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import { scopeOf, type Name } from "../../facts/name";
import type { PolicyDocument } from "../../../core/policy/statement";

/**
 * The accounts in which the stack creates things, by its own names; only for a complete graph.
 *
 * They are those of its roles, and those of the OIDC providers that its trust policies name: a provider is in the account of
 * the role that trusts it. Source: IAM user guide, create a role for OIDC federation.
 */
export const ownAccounts = oncePerGraph(collect);

function collect(graph: Graph): ReadonlySet<string> {
  const accounts = new Set<string>();
  for (const { identity, trust } of graph.all("trusts")) {
    for (const account of accountsOfRole(graph, identity)) accounts.add(account);
    if (trust.kind !== "document") continue;
    for (const account of accountsOfProviders(trust.document)) accounts.add(account);
  }
  return accounts;
}

/** The account of a role by its names; none where they do not contain it. */
export function accountsOfRole(graph: Graph, role: Name): readonly string[] {
  return graph.namesOf(role).flatMap((name) => {
    const scope = scopeOf(name);
    return scope !== undefined && isAccountId(scope) ? [scope] : [];
  });
}

function accountsOfProviders({ statements }: PolicyDocument): readonly string[] {
  return statements.flatMap((statement) => {
    if (statement.kind === "unknown") return [];
    return (statement.principals?.values ?? []).flatMap(({ type, value }) => {
      if (type !== "Federated" || value.kind !== "text") return [];
      const parsed = parseArn(value.text);
      return parsed.ok && isAccountId(parsed.arn.account) ? [parsed.arn.account] : [];
    });
  });
}
