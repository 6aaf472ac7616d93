import type { FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { Urn } from "../snapshot/value";
import { openKeySharing } from "./open-keys";
import { containersOf, meets } from "./reach";
import { heldIn, partsHeld, possibleSharing, type Held } from "./sharing";

/** What a workload may hold and others hold or may hold too, or that nobody knows which secret it may hold. */
export type MayShare =
  | { readonly kind: "shared"; readonly held: Held; readonly holders: readonly Name[] }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** Whom a workload shares a secret with, should it hold it; undefined where it holds it anyhow, or nobody else does; for a complete graph. */
export function mayShare(graph: Graph, fact: FactOf<"may-hold">): MayShare | undefined {
  const read = heldIn(graph, asHold(fact));
  if (read.kind === "unknown") {
    return { kind: "unknown", waitsFor: [...fact.waitsFor, ...read.waitsFor] };
  }
  if (read.kind === "none") return undefined;
  const { held } = read;
  const sharing = openKeySharing(graph, held)?.sharing ?? possibleSharing(graph, held);
  const certain = sharing?.holders ?? [];
  const isOwn = (name: Name): boolean => graph.same(name, held.workload);
  if (certain.some(isOwn)) return undefined;
  const isTemplate = (name: Name): boolean => fact.by !== undefined && graph.same(name, fact.by);
  const holders = new Map(
    [...certain, ...othersOf(graph, held)]
      .filter((name) => !isOwn(name) && !isTemplate(name))
      .map((name) => [graph.idOf(name), graph.canonical(name)]),
  );
  return holders.size === 0
    ? undefined
    : { kind: "shared", held, holders: [...holders.values()].sort() };
}

/** Who else may hold what a workload may hold. */
function othersOf(graph: Graph, held: Held): readonly Name[] {
  return partsHeld(graph, held, false).flatMap((part) =>
    [...containersOf(graph, part, false)].flatMap((container) =>
      graph
        .facts("may-hold", "secret", container.name)
        .filter((fact) => meets(container, fact.keyWaitsFor === undefined ? fact.key : undefined))
        .filter((fact) => heldIn(graph, asHold(fact)).kind === "held")
        .map(({ workload }) => workload),
    ),
  );
}

function asHold(fact: FactOf<"may-hold">): FactOf<"holds"> {
  return { ...fact, kind: "holds" };
}
