import type { NotKnown } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { ofKey } from "../../facts/keyed";
import type { Name } from "../../facts/name";
import { whyPossiblySame } from "../../facts/possibly-same";
import type { Urn } from "../../../core/snapshot/value";
import {
  allHoldersOf,
  countsAsUse,
  holdersOf,
  isVerified,
  isWorkload,
  keyOf,
  verifiedKeysOf,
} from "./consumers";
import { exemptFrom, oneDependsOn } from "../../facts/possibly-one";
import { isValuePlace, literalPlace } from "./place";
import { containersOf, contentsOf, meets, type SecretPart } from "./reach";
import { isCertain } from "./possible-use";
import { isOnlyShown } from "./templates";

/** A static credential that a workload uses. */
export interface SecretUse {
  readonly workload: Name;
  /** Its stable name, fit for a fingerprint. */
  readonly about: Name;
  readonly part: SecretPart;
  /** Where it is not known of which key it is: what that waits for. */
  readonly keyDependsOn?: readonly Urn[];
  /** Whether the part itself is no secret, as a ConfigMap is: only what it contains counts. */
  readonly onlyContents: boolean;
  readonly isLiteral: boolean;
}

/** What a fact contains about a workload's use: a credential, one that is unknown in a preview, or none that counts. */
export type UseRead =
  | { readonly kind: "held"; readonly held: SecretUse }
  | NotKnown
  | { readonly kind: "none" };

/** The other consumers of a credential: of the same secret, or of another with the same value. */
export interface Sharing {
  readonly by: "secret" | "value";
  /** At least one; all consumers by stable name, mostly with the one in question, once the graph is complete. */
  readonly holders: readonly Name[];
  /** How many others use it, as far as the search went. */
  readonly count: number;
}

const none: UseRead = { kind: "none" };

/** What a fact contains about its workload's use. */
export function useIn(graph: Graph, fact: FactOf<"uses" | "literal">): UseRead {
  return fact.kind === "literal" ? literalUse(graph, fact) : secretUse(graph, fact);
}

/**
 * The other certain consumers of a credential; undefined for none.
 *
 * Before the graph is complete only one other is searched for. So a secret that every workload uses costs each of them the
 * same. Where one is found nothing is watched: no later fact removes it.
 */
export function sharingOf(graph: Graph, held: SecretUse): Sharing | undefined {
  if (graph.complete) return allSharing(graph, held, false);
  return graph.unwatched(() => firstSharing(graph, held)) ?? firstSharing(graph, held);
}

/**
 * The other consumers of a credential that may turn out to be one workload with its consumer; for a complete graph, and a
 * credential without other certain consumers.
 */
export function possiblyOneSharing(
  graph: Graph,
  held: SecretUse,
): { readonly sharing: Sharing; readonly dependsOn: readonly Urn[] } | undefined {
  for (const part of usedParts(graph, held, false)) {
    const holders = allHoldersOf(graph, part, false);
    const other = holders.find((holder) => !graph.same(holder, held.workload));
    if (other === undefined) continue;
    const sharing = { by: byOf(held, part), holders, count: holders.length - 1 };
    return { sharing, dependsOn: oneDependsOn(graph, held.workload, other) };
  }
  return undefined;
}

/** Who may use the same credential through a value that is unknown in a preview; for a complete graph. */
export function possibleSharing(graph: Graph, held: SecretUse): Sharing | undefined {
  return allSharing(graph, held, true);
}

/** The resources that make the unknown contents of a credential, and the dependencies of whether others contain it. */
export function sourcesOf(graph: Graph, held: SecretUse): readonly Urn[] {
  const [start, ...contents] = contentsOf(graph, held.part, true);
  const sources = contents
    .map((part) => part.name)
    .filter((name) => name.startsWith("urn:") && name !== start?.name);
  const dependencies = [...containersOf(graph, held.part, true)].flatMap(({ name }) =>
    graph.facts("contains", "content", name).flatMap(({ dependsOn = [] }) => dependsOn),
  );
  return [...new Set([...sources, ...dependencies])];
}

/** The dependencies of the unknown contents of a credential; undefined where all are known. */
export function unknownContentsOf(graph: Graph, held: SecretUse): readonly Urn[] | undefined {
  const unknown = contentsOf(graph, held.part, false).flatMap((part) =>
    ofKey(graph.facts("contains", "container", part.name), "key", part.key)
      .filter((fact) => meets(part, fact.key))
      .flatMap(({ content }) => (content.kind === "unknown" ? [content.dependsOn] : [])),
  );
  return unknown.length === 0 ? undefined : [...new Set(unknown.flat())];
}

/** Who uses a secret that may be this one, equal but for an unknown account or cluster, and why; for a complete graph. */
export function possiblySharing(
  graph: Graph,
  held: SecretUse,
): { readonly other: Name; readonly reason: string } | undefined {
  for (const part of usedParts(graph, held, false)) {
    for (const name of graph.possiblySame(part.name)) {
      // For the targets of a pushed secret, consumers of the secret itself have the value too.
      const others = contentsOf(graph, { ...part, name }, false);
      const holders = others.flatMap((each) => allHoldersOf(graph, each, false));
      const other = holders.find((holder) => !graph.same(holder, held.workload));
      if (other !== undefined) {
        return { other, reason: whyPossiblySame(graph, part.name, name) };
      }
    }
  }
  return undefined;
}

/**
 * The unknowns of a client's credential for a server, which is reported for all else; undefined where all is known, or there is
 * no server, and before the graph is complete.
 */
export function unknownForOther(
  graph: Graph,
  fact: FactOf<"uses">,
): { readonly held: SecretUse; readonly dependsOn: readonly Urn[] } | undefined {
  const { onBehalfOf, ...own } = fact;
  const read = onBehalfOf === undefined || !graph.complete ? none : secretUse(graph, own);
  if (read.kind !== "held") return undefined;
  const dependsOn = unknownContentsOf(graph, read.held);
  return dependsOn && { held: read.held, dependsOn };
}

function literalUse(graph: Graph, fact: FactOf<"literal">): UseRead {
  if (fact.dependsOn !== undefined || !isWorkload(graph, fact.holder) || isVerified(graph, fact)) {
    return none;
  }
  const held: SecretUse = {
    workload: fact.holder,
    about: literalPlace(fact.at.urn, fact.at.property),
    part: { name: fact.value, key: undefined },
    onlyContents: false,
    isLiteral: true,
  };
  return { kind: "held", held };
}

function secretUse(graph: Graph, fact: FactOf<"uses">): UseRead {
  if (fact.exempt !== undefined || !isCertain(fact)) return none;
  const { secret, workload } = fact;
  const key = keyOf(fact);
  if (secret.kind === "unknown") return isOnlyShown(graph, fact, undefined) ? none : secret;
  // A client of a server is reported where that server, or another workload, uses it.
  if (fact.onBehalfOf !== undefined || countsAsUse(graph, fact) !== "yes") return none;
  const without = verifiedKeysOf(graph, fact);
  const part = { name: secret.name, key, ...(without.length > 0 && { without }) };
  const onlyContents = fact.through === "configuration";
  const about = aboutOf(graph, part);
  const { keyDependsOn } = fact;
  const more = keyDependsOn === undefined ? {} : { keyDependsOn };
  return { kind: "held", held: { workload, about, part, onlyContents, isLiteral: false, ...more } };
}

/** A value that another resource makes and that is inline in a workload is reported at its source. */
function aboutOf(graph: Graph, part: SecretPart): Name {
  if (!isValuePlace(part.name)) return part.name;
  return contentsOf(graph, part, true)[1]?.name ?? part.name;
}

/** What a workload uses with a credential, nearest first; for what is no secret itself only the contents. */
export function usedParts(graph: Graph, held: SecretUse, derived: boolean): readonly SecretPart[] {
  const parts = contentsOf(graph, held.part, derived);
  return held.onlyContents ? parts.slice(1) : parts;
}

function firstSharing(graph: Graph, held: SecretUse): Sharing | undefined {
  for (const part of usedParts(graph, held, false)) {
    for (const holder of holdersOf(graph, part, false)) {
      if (graph.same(holder, held.workload)) continue;
      return { by: byOf(held, part), holders: [holder], count: 1 };
    }
  }
  return undefined;
}

function allSharing(graph: Graph, held: SecretUse, derived: boolean): Sharing | undefined {
  let best: Sharing | undefined;
  for (const part of usedParts(graph, held, derived)) {
    const all = allHoldersOf(graph, part, derived);
    // For what only may be shared, and for a literal of a template itself, every user counts.
    const { workloads: holders, hasOwn } =
      derived || held.isLiteral
        ? { workloads: all, hasOwn: true }
        : exemptFrom(graph, held.workload, all);
    if (!holders.some((holder) => !graph.same(holder, held.workload))) continue;
    const count = holders.length - (hasOwn ? 1 : 0);
    if (best !== undefined && best.count >= count) continue;
    best = { by: byOf(held, part), holders, count };
  }
  return best;
}

function byOf(held: SecretUse, part: SecretPart): Sharing["by"] {
  return part === held.part || part.name === held.about ? "secret" : "value";
}
