import type { FactOf } from "../graph/fact";
import { named, nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import { k8sName, type Name } from "../graph/name";
import type { Urn } from "../snapshot/value";

/** A namespace that an operator looks in, or only may. */
interface Place {
  readonly namespace: string;
  readonly derived: boolean;
  readonly waitsFor?: readonly Urn[];
}

/**
 * What objects for all of a cluster name of the namespace of an operator; where that is not in the stack it may be another, and where
 * it is not known in which one it looks, it may be each in which the stack names such a Secret.
 */
export function* lookedFor(graph: Graph): Iterable<FactOf<"contains">> {
  for (const fact of graph.all("names-for")) {
    const { at, container, cluster, secret } = fact;
    for (const { namespace, ...how } of placesOf(graph, fact)) {
      const content = named(k8sName(cluster, namespace, "Secret", secret));
      yield* keyedContents({ kind: "contains", at, container, content, ...how }, fact);
    }
  }
}

/** Of which key of a Secret something is. */
interface OfKey {
  readonly contentKey?: string | undefined;
  /** Where it is one key of which a preview does not know which: what that waits for. */
  readonly keyWaitsFor?: readonly Urn[] | undefined;
}

/**
 * That something contains a Secret, or one key of it: one that is not known is like no other, so that it is for certain in
 * what has all of them, and may be each.
 */
export function* keyedContents(
  fact: FactOf<"contains">,
  { contentKey, keyWaitsFor }: OfKey,
): Iterable<FactOf<"contains">> {
  if (keyWaitsFor === undefined) {
    yield { ...fact, ...(contentKey !== undefined && { contentKey }) };
    return;
  }
  const { at, waitsFor = [] } = fact;
  yield { ...fact, contentKey: `${at.urn}#${at.property}` };
  yield { ...fact, derived: true, waitsFor: [...new Set([...waitsFor, ...keyWaitsFor])] };
}

function placesOf(
  graph: Graph,
  { operator, cluster, secret, usually }: FactOf<"names-for">,
): readonly Place[] {
  const looks = graph.facts("looks-in", "operator", operator);
  if (looks.length === 0) return [{ namespace: usually, derived: true }];
  return looks.flatMap(({ namespace }): readonly Place[] =>
    namespace.kind === "known"
      ? [{ namespace: namespace.text, derived: false }]
      : namespacesWith(graph, cluster, secret).map((each) => ({
          namespace: each,
          derived: true,
          waitsFor: namespace.waitsFor,
        })),
  );
}

/** The namespaces of a cluster of which something of the stack names a Secret of a name. */
function namespacesWith(graph: Graph, cluster: string, secret: string): readonly string[] {
  const names = [
    ...graph.all("holds").map((fact) => nameIn(fact.secret)),
    ...graph.all("contains").flatMap(({ container, content }) => [container, nameIn(content)]),
  ];
  const distinct = new Set(names.filter((name): name is Name => name !== undefined));
  const spaces = Array.from(distinct, (name) =>
    graph.namesOf(name).flatMap((spelling) => {
      const [kind, scope, namespace, of, called] = spelling.split("|");
      const isOne = kind === "k8s" && scope === cluster && of === "Secret" && called === secret;
      return isOne && namespace !== undefined && namespace !== "" ? [namespace] : [];
    }),
  );
  return [...new Set(spaces.flat())].sort();
}
