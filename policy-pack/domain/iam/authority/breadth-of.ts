import type { Graph } from "../../../facts/graph";
import { onceForEach } from "../../../facts/once-for-each";
import type { Name } from "../../../facts/name";
import { authorityOf } from "./authority-of";
import { or, unknown, yes, type Three } from "../../../../core/three-valued";
import { broadGrants } from "./breadth";
import { unnarrowed } from "./effective";

const computed = onceForEach(compute);

/**
 * Whether one policy of an identity gives it everything there is; for a complete graph.
 *
 * A wholly unknown policy is not checked.
 */
export function mayDoEverything(graph: Graph, identity: Name): Three {
  return computed(graph, identity);
}

function compute(graph: Graph, identity: Name): Three {
  const authority = authorityOf(graph, identity);
  const known = authority.policies.filter(({ content }) => content.kind === "document");
  const everything = known
    .flatMap((policy) => broadGrants(policy, authority, unnarrowed()))
    .filter(({ breadth }) => breadth === "everything");
  return or(
    everything.map(({ grant: { uncertainty } }) =>
      uncertainty ? unknown(uncertainty.reason) : yes,
    ),
  );
}
