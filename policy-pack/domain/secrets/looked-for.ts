import type { FactOf } from "../../facts/fact";
import { likeNoOther, named, nameIn } from "../../facts/fact-values";
import type { OperatorSecret } from "../../facts/secret-facts";
import type { Graph } from "../../facts/graph";
import { k8sName, type Name } from "../../facts/name";
import { isCertain } from "./possible-use";
import type { Urn } from "../../../core/snapshot/value";

/** A namespace that an operator looks in, or only may. */
interface Place {
  readonly namespace: string;
  readonly derived: boolean;
  readonly dependsOn?: readonly Urn[];
}

/**
 * What objects for all of a cluster name of the namespace of an operator; where that is not in the stack it may be another, and where
 * it is not known in which one it looks, it may be each in which the stack names such a Secret.
 */
export function* lookedFor(graph: Graph): Iterable<FactOf<"contains">> {
  let known: ReadonlyMap<Name, ReadonlySet<string>> | undefined;
  const namespacesOf = (secret: Name): readonly string[] =>
    [...((known ??= namespacesOfSecrets(graph)).get(secret) ?? [])].sort();
  for (const { content: found, ...fact } of graph.all("contains")) {
    if (found.kind !== "operator secret") continue;
    const { cluster, secret, keyDependsOn } = found;
    for (const { namespace, ...how } of placesOf(graph, found, namespacesOf)) {
      const content = named(k8sName(cluster, namespace, "Secret", secret));
      yield* keyedContents({ ...fact, content, ...how }, keyDependsOn);
    }
  }
}

/**
 * That something contains a Secret, or one key of it: one that is not known is like no other, so that it is for certain in
 * what has all of them, and may be each.
 *
 * @param keyDependsOn the dependencies of one unknown key
 */
export function* keyedContents(
  fact: FactOf<"contains">,
  keyDependsOn: readonly Urn[] | undefined,
): Iterable<FactOf<"contains">> {
  if (keyDependsOn === undefined) {
    yield fact;
    return;
  }
  const { at, dependsOn = [] } = fact;
  yield { ...fact, contentKey: likeNoOther(at) };
  yield { ...fact, derived: true, dependsOn: [...new Set([...dependsOn, ...keyDependsOn])] };
}

function placesOf(
  graph: Graph,
  { operator, cluster, secret, usually }: OperatorSecret,
  namespacesOf: (secret: Name) => readonly string[],
): readonly Place[] {
  const looks = graph.facts("operator-namespace", "operator", operator);
  if (looks.length === 0) return [{ namespace: usually, derived: true }];
  return looks.flatMap(({ namespace }): readonly Place[] =>
    namespace.kind === "known"
      ? [{ namespace: namespace.text, derived: false }]
      : namespacesOf(secretInCluster(cluster, secret)).map((each) => ({
          namespace: each,
          derived: true,
          dependsOn: namespace.dependsOn,
        })),
  );
}

/** A Secret by its cluster and what it is called, in whichever namespace. */
function secretInCluster(cluster: string, secret: string): Name {
  return k8sName(cluster, "", "Secret", secret);
}

/** In which namespaces something of the stack names a Secret, by {@link secretInCluster}. */
function namespacesOfSecrets(graph: Graph): ReadonlyMap<Name, ReadonlySet<string>> {
  const names = [
    ...graph
      .all("uses")
      .filter(isCertain)
      .map((fact) => nameIn(fact.secret)),
    ...graph.all("contains").flatMap(({ container, content }) => [container, nameIn(content)]),
  ];
  const found = new Map<Name, Set<string>>();
  for (const name of new Set(names)) {
    for (const spelling of name === undefined ? [] : graph.namesOf(name)) {
      const [kind, cluster, namespace, of, called] = spelling.split("|");
      if (kind !== "k8s" || of !== "Secret" || !namespace || !cluster || !called) continue;
      const secret = secretInCluster(cluster, called);
      found.set(secret, (found.get(secret) ?? new Set()).add(namespace));
    }
  }
  return found;
}
