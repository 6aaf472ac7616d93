import { isAccountId } from "../../../core/arn";
import type { FactOf } from "../../facts/fact";
import type { Text } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import type { ThingId } from "../../facts/things";
import { scopeOf, type Name } from "../../facts/name";
import type { RoleArn } from "./role-arn";
import { tenantTagOf } from "./tags";

/** A role of the stack, with what policies read of it. */
export interface Role {
  readonly name: Name;
  readonly arn: RoleArn;
  readonly trusts: readonly FactOf<"trusts">[];
}

/** Every role whose trust is stated, in the order of the names that stay the same from run to run. */
export const rolesOf = oncePerGraph((graph): readonly Role[] => {
  const found = new Map<ThingId, FactOf<"trusts">[]>();
  for (const fact of graph.all("trusts")) {
    const id = graph.idOf(fact.identity);
    const facts = found.get(id);
    if (facts === undefined) found.set(id, [fact]);
    else facts.push(fact);
  }
  const roles = [...found.values()].flatMap((trusts) => {
    const [first] = trusts;
    return first === undefined ? [] : [{ key: graph.canonical(first.identity), first, trusts }];
  });
  roles.sort((a, b) => (a.key < b.key ? -1 : 1));
  return roles.map(({ key, first, trusts }) => ({
    name: key,
    arn: roleArnOf(graph, first.identity, first.path),
    trusts,
  }));
});

/** What is known of the ARN of a role. */
export function roleArnOf(graph: Graph, role: Name, path: Text | undefined): RoleArn {
  const names = graph.namesOf(role);
  const short = names.filter((name) => name.startsWith("iam-role|"));
  const scopes = [...new Set(short.flatMap((name) => scopeOf(name) ?? []))].sort();
  const made = graph.facts("resource", "resource", role);
  const dependencies = made.flatMap(({ arn }) =>
    arn.dependsOn === undefined ? [] : [arn.dependsOn],
  );
  const accounts = [...scopes, ...made.flatMap(({ account }) => account ?? [])];
  return {
    urns: names.filter((name) => name.startsWith("urn:")),
    accounts: [...new Set(accounts.filter(isAccountId))].sort(),
    scopes,
    path: path === undefined ? "/" : path.kind === "known" ? path.text : undefined,
    name: short[0]?.split("|").slice(2).join("|"),
    dependsOn: dependencies.length === 0 ? undefined : dependencies.flat(),
    tenantTag: tenantTagOf(graph, role),
  };
}
