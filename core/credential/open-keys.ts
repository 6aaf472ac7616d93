import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import { oncePerGraph } from "../graph/once-per-graph";
import type { ThingId } from "../graph/things";
import type { Urn } from "../snapshot/value";
import { countsAsHeld, isOpenKey } from "./consumers";
import { containersOf } from "./reach";
import { partsHeld, possibleSharing, type Held, type Sharing } from "./sharing";

type Hold = FactOf<"uses">;

/** Who may use the same key of a secret, where it is unknown which key one of them receives; for a complete graph. */
export function openKeySharing(
  graph: Graph,
  held: Held,
): { readonly sharing: Sharing; readonly dependsOn: readonly Urn[] } | undefined {
  if (held.keyDependsOn !== undefined) {
    const part = { ...held.part, key: undefined };
    const sharing = possibleSharing(graph, { ...held, part });
    return sharing && { sharing, dependsOn: held.keyDependsOn };
  }
  const facts = openHolders(graph, held);
  const holders = [...new Map(facts.map((fact) => [graph.idOf(fact.workload), fact.workload]))]
    .map(([, workload]) => graph.canonical(workload))
    .sort();
  if (holders.length === 0) return undefined;
  const dependsOn = [...new Set(facts.flatMap(({ keyDependsOn = [] }) => keyDependsOn))];
  return { sharing: { by: "secret", holders, count: holders.length }, dependsOn };
}

/** The uses by others of an unknown key, of what a credential is or is contained in. */
function openHolders(graph: Graph, held: Held): readonly Hold[] {
  const bySecret = openHolds(graph);
  if (bySecret.size === 0) return [];
  return partsHeld(graph, held, false).flatMap((part) =>
    [...containersOf(graph, part, false)].flatMap((container) =>
      (bySecret.get(graph.idOf(container.name)) ?? []).filter(
        (fact) =>
          !graph.same(fact.workload, held.workload) &&
          !(fact.through === "configuration" && container === part),
      ),
    ),
  );
}

/** The relevant uses of an unknown key, by its secret. */
const openHolds = oncePerGraph((graph): ReadonlyMap<ThingId, readonly Hold[]> => {
  const found = new Map<ThingId, Hold[]>();
  for (const fact of graph.all("uses")) {
    const name = nameIn(fact.secret);
    if (name === undefined || !isOpenKey(fact) || countsAsHeld(graph, fact) !== "yes") continue;
    const id = graph.idOf(name);
    const known = found.get(id);
    if (known === undefined) found.set(id, [fact]);
    else known.push(fact);
  }
  return found;
});
