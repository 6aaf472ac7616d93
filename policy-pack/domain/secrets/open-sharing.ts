import type { Uncertainty } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import { nameIn } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import type { Name } from "../../facts/name";
import type { ThingId } from "../../facts/things";
import type { Urn } from "../../../core/snapshot/value";
import { countsAsUse, isOpenKey } from "./consumers";
import { containersOf } from "./reach";
import {
  usedParts,
  possibleSharing,
  possiblyOneSharing,
  possiblySharing,
  sourcesOf,
  unknownContentsOf,
  type SecretUse,
  type Sharing,
} from "./sharing";

type Use = FactOf<"uses">;

/** How a credential may be shared: with what may be one workload, or by an equal key, value or secret. */
export interface OpenSharing {
  readonly by: "workload" | "key" | "value" | "secret" | "contents";
  /** Those that may use it too; none for contents that are not known at all. */
  readonly others: readonly Name[];
  readonly count: number;
  readonly uncertainty: Partial<Uncertainty>;
}

/** The first unknown by which a credential without other certain consumers may be shared; for a complete graph. */
export function openSharing(graph: Graph, held: SecretUse): OpenSharing | undefined {
  if (!graph.complete) return undefined;
  const one = possiblyOneSharing(graph, held);
  if (one !== undefined) return openBy("workload", one.sharing, one);
  const keys = openKeySharing(graph, held);
  if (keys !== undefined) return openBy("key", keys.sharing, keys);
  const possible = possibleSharing(graph, held);
  if (possible !== undefined) {
    return openBy("value", possible, { dependsOn: sourcesOf(graph, held) });
  }
  const alike = possiblySharing(graph, held);
  if (alike !== undefined) return openBy("secret", { holders: [alike.other], count: 1 }, alike);
  const dependsOn = unknownContentsOf(graph, held);
  return dependsOn && openBy("contents", { holders: [], count: 0 }, { dependsOn });
}

function openBy(
  by: OpenSharing["by"],
  { holders, count }: Pick<Sharing, "holders" | "count">,
  uncertainty: Partial<Uncertainty>,
): OpenSharing {
  return { by, others: holders, count, uncertainty };
}

/** Who may use the same key of a secret, where it is unknown which key one of them receives; for a complete graph. */
export function openKeySharing(
  graph: Graph,
  held: SecretUse,
): { readonly sharing: Sharing; readonly dependsOn: readonly Urn[] } | undefined {
  if (held.keyDependsOn !== undefined) {
    const part = { ...held.part, key: undefined };
    const sharing = possibleSharing(graph, { ...held, part });
    return sharing && { sharing, dependsOn: held.keyDependsOn };
  }
  const facts = openUsers(graph, held);
  const holders = [...new Map(facts.map((fact) => [graph.idOf(fact.workload), fact.workload]))]
    .map(([, workload]) => graph.canonical(workload))
    .sort();
  if (holders.length === 0) return undefined;
  const dependsOn = [...new Set(facts.flatMap(({ keyDependsOn = [] }) => keyDependsOn))];
  return { sharing: { by: "secret", holders, count: holders.length }, dependsOn };
}

/** The uses by others of an unknown key, of what a credential is or is contained in. */
function openUsers(graph: Graph, held: SecretUse): readonly Use[] {
  const bySecret = openUses(graph);
  if (bySecret.size === 0) return [];
  return usedParts(graph, held, false).flatMap((part) =>
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
const openUses = oncePerGraph((graph): ReadonlyMap<ThingId, readonly Use[]> => {
  const found = new Map<ThingId, Use[]>();
  for (const fact of graph.all("uses")) {
    const name = nameIn(fact.secret);
    if (name === undefined || !isOpenKey(fact) || countsAsUse(graph, fact) !== "yes") continue;
    const id = graph.idOf(name);
    const known = found.get(id);
    if (known === undefined) found.set(id, [fact]);
    else known.push(fact);
  }
  return found;
});
