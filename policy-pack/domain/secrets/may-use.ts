import type { NotKnown } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { openKeySharing } from "./open-sharing";
import { asCertain, isPossible, type MayUse } from "./possible-use";
import { containersOf, contentsOf, meets, type SecretPart } from "./reach";
import { useIn, usedParts, possibleSharing, type SecretUse } from "./sharing";

/** What a workload may use, and who else uses or may use it, or that the secret is unknown. */
export type PossibleUse =
  | { readonly kind: "held"; readonly held: SecretUse; readonly others: readonly Name[] }
  | NotKnown
  /** It is no credential, or one that the workload uses anyhow. */
  | { readonly kind: "none" };

/** What a workload may use by a fact that depends on an unknown; for a complete graph. */
export function possibleUse(graph: Graph, fact: MayUse): PossibleUse {
  const read = useIn(graph, asCertain(fact));
  if (read.kind === "unknown") {
    return { kind: "unknown", dependsOn: [...new Set([...fact.dependsOn, ...read.dependsOn])] };
  }
  if (read.kind === "none") return read;
  const { held } = read;
  const sharing = openKeySharing(graph, held)?.sharing ?? possibleSharing(graph, held);
  const certain = sharing?.holders ?? [];
  const isOwn = (name: Name): boolean => graph.same(name, held.workload);
  if (certain.some(isOwn)) return { kind: "none" };
  const isTemplate = (name: Name): boolean => fact.by !== undefined && graph.same(name, fact.by);
  const others = new Map(
    [...certain, ...othersOf(graph, held)]
      .filter((name) => !isOwn(name) && !isTemplate(name))
      .map((name) => [graph.idOf(name), graph.canonical(name)]),
  );
  return { kind: "held", held, others: [...others.values()].sort() };
}

/** What a workload uses, or may use, by any fact of one; for a complete graph. */
export function usedIn(graph: Graph, fact: FactOf<"uses" | "literal">): PossibleUse {
  if (fact.kind === "uses" && isPossible(fact)) return possibleUse(graph, fact);
  const read = useIn(graph, fact);
  return read.kind === "held" ? { ...read, others: [] } : read;
}

/** The others that may use what a workload may use. */
function othersOf(graph: Graph, held: SecretUse): readonly Name[] {
  return possiblyReceived(graph, usedParts(graph, held, false)).map(({ workload }) => workload);
}

/** The facts by which workloads may use a secret, or something that it contains; for a complete graph. */
export function possibleUsesOf(graph: Graph, part: SecretPart): readonly MayUse[] {
  return possiblyReceived(graph, contentsOf(graph, part, false));
}

function possiblyReceived(graph: Graph, parts: readonly SecretPart[]): readonly MayUse[] {
  return parts.flatMap((part) =>
    [...containersOf(graph, part, false)].flatMap((container) =>
      graph
        .facts("uses", "secret", container.name)
        .filter(isPossible)
        .filter((fact) => meets(container, fact.keyDependsOn === undefined ? fact.key : undefined))
        .filter((fact) => useIn(graph, asCertain(fact)).kind === "held"),
    ),
  );
}
