import { isPossible } from "../../domain/secrets/possible-use";
import type { Fact, FactOf } from "../../facts/fact";
import { nameIn } from "../../facts/fact-values";
import type { Name } from "../../facts/name";

/**
 * What a pod or task uses, where the credential that one container checks is also passed to another beside it.
 *
 * Either is one workload: an exporter or a backup beside a database has the password that the workload itself checks.
 */
export function besideServers(facts: readonly Fact[]): readonly Fact[] {
  const checked = checkedKeys(facts);
  if (checked.size === 0) return facts;
  return facts.map((fact) => {
    if (fact.kind !== "uses" || fact.exempt !== undefined) return fact;
    const name = nameIn(fact.secret);
    const keys = name === undefined ? undefined : checked.get(name);
    if (keys === undefined) return fact;
    if (fact.key !== undefined) return keys.has(fact.key) ? { ...fact, exempt: "verifier" } : fact;
    return { ...fact, verifies: [...new Set([...(fact.verifies ?? []), ...keys])] };
  });
}

/** For each Secret the keys whose value one of the containers checks. */
function checkedKeys(facts: readonly Fact[]): ReadonlyMap<Name, ReadonlySet<string>> {
  const checked = new Map<Name, Set<string>>();
  for (const fact of facts) {
    if (fact.kind !== "uses" || isPossible(fact)) continue;
    const name = nameIn(fact.secret);
    const keys = checkedBy(fact);
    if (name === undefined || keys.length === 0) continue;
    const known = checked.get(name);
    if (known === undefined) checked.set(name, new Set(keys));
    else keys.forEach((key) => known.add(key));
  }
  return checked;
}

function checkedBy({ exempt, key, verifies = [] }: FactOf<"uses">): readonly string[] {
  return exempt === "verifier" && key !== undefined ? [key] : verifies;
}
