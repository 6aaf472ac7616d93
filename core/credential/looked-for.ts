import type { FactOf } from "../graph/fact";
import { likeNoOther, named, nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import { k8sName, type Name } from "../graph/name";
import { isCertain } from "./possible-use";
import type { Urn } from "../snapshot/value";

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
  for (const fact of graph.all("cluster-wide-reference")) {
    const { at, container, cluster, secret } = fact;
    for (const { namespace, ...how } of placesOf(graph, fact, namespacesOf)) {
      const content = named(k8sName(cluster, namespace, "Secret", secret));
      yield* keyedContents({ kind: "contains", at, container, content, ...how }, fact);
    }
  }
}

/** Of which key of a Secret something is. */
interface OfKey {
  readonly contentKey?: string | undefined;
  /** Where it is one unknown key: its dependencies. */
  readonly keyDependsOn?: readonly Urn[] | undefined;
}

/**
 * That something contains a Secret, or one key of it: one that is not known is like no other, so that it is for certain in
 * what has all of them, and may be each.
 */
export function* keyedContents(
  fact: FactOf<"contains">,
  { contentKey, keyDependsOn }: OfKey,
): Iterable<FactOf<"contains">> {
  if (keyDependsOn === undefined) {
    yield { ...fact, ...(contentKey !== undefined && { contentKey }) };
    return;
  }
  const { at, dependsOn = [] } = fact;
  yield { ...fact, contentKey: likeNoOther(at) };
  yield { ...fact, derived: true, dependsOn: [...new Set([...dependsOn, ...keyDependsOn])] };
}

function placesOf(
  graph: Graph,
  { operator, cluster, secret, usually }: FactOf<"cluster-wide-reference">,
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
