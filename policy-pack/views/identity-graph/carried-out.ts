import { oncePerGraph } from "../../facts/once-per-graph";
import type { Name } from "../../facts/name";
import type { ThingId } from "../../facts/things";

/**
 * The declaration that each workload carries out: it runs as an identity that the declaration owns.
 *
 * A declaration and what carries it out are one workload to a reader.
 */
export const declarationsCarriedOut = oncePerGraph((graph): ReadonlyMap<ThingId, Name> => {
  const found = new Map<ThingId, Name>();
  for (const fact of graph.all("runs-as")) {
    if (fact.identity.kind === "unknown") continue;
    const owners = graph.facts("owns", "identity", fact.identity.name);
    const isOwner = owners.some((owner) => graph.same(owner.workload, fact.workload));
    const [owner] = owners;
    if (owner !== undefined && !isOwner) found.set(graph.idOf(fact.workload), owner.workload);
  }
  return found;
});
