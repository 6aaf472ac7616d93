import { nameIn } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import type { Name } from "../../facts/name";

/** Whether a function is the one that rotates a secret; one secret may have two names. */
export function rotates(graph: Graph, workload: Name, secret: Name): boolean {
  const label = labelOfThing(graph, secret);
  return graph.all("rotates").some(({ secret: of, by }) => {
    const [rotated, rotator] = [nameIn(of), by === undefined ? undefined : nameIn(by)];
    if (rotated === undefined || rotator === undefined) return false;
    return graph.same(rotator, workload) && labelOfThing(graph, rotated) === label;
  });
}
