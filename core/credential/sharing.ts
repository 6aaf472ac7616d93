import type { NotKnown } from "../certainty";
import type { FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import { ofKey } from "../graph/keyed";
import type { Name } from "../graph/name";
import { whyPossiblySame } from "../graph/possibly-same";
import type { Urn } from "../snapshot/value";
import {
  allHoldersOf,
  countsAsHeld,
  holdersOf,
  isVerified,
  isWorkload,
  keyOf,
  verifiedKeysOf,
} from "./consumers";
import { exemptFrom, oneDependsOn } from "../graph/possibly-one";
import { isValuePlace, literalPlace } from "./place";
import { containersOf, contentsOf, meets, type SecretPart } from "./reach";
import { isOnlyShown } from "./templates";

/** A static credential that a workload holds. */
export interface Held {
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

/** What a fact says that a workload holds: a credential, one that a preview cannot know, or none that counts. */
export type HeldRead =
  | { readonly kind: "held"; readonly held: Held }
  | NotKnown
  | { readonly kind: "none" };

/** Who else holds a credential: the same secret, or another with the same value. */
export interface Sharing {
  readonly by: "secret" | "value";
  /** At least one; all holders by stable name, the one asked about mostly among them, once the graph is complete. */
  readonly holders: readonly Name[];
  /** How many others hold it, as far as was looked. */
  readonly count: number;
}

const none: HeldRead = { kind: "none" };

/** What a fact says that its workload holds. */
export function heldIn(graph: Graph, fact: FactOf<"uses" | "literal">): HeldRead {
  return fact.kind === "literal" ? literalHeld(graph, fact) : secretHeld(graph, fact);
}

/**
 * Who else holds a credential for certain; undefined for nobody.
 *
 * Before the graph is complete one other is looked for and no more, so that a secret that everyone holds costs each of
 * them the same. Where one is found nothing is watched: nobody can take it away.
 */
export function sharingOf(graph: Graph, held: Held): Sharing | undefined {
  if (graph.complete) return allSharing(graph, held, false);
  return graph.unwatched(() => firstSharing(graph, held)) ?? firstSharing(graph, held);
}

/**
 * Who else holds a credential, but may turn out to be one workload with its holder; for a complete graph, and what nobody else holds for
 * certain.
 */
export function possiblyOneSharing(
  graph: Graph,
  held: Held,
): { readonly sharing: Sharing; readonly dependsOn: readonly Urn[] } | undefined {
  for (const part of partsHeld(graph, held, false)) {
    const holders = allHoldersOf(graph, part, false);
    const other = holders.find((holder) => !graph.same(holder, held.workload));
    if (other === undefined) continue;
    const sharing = { by: byOf(held, part), holders, count: holders.length - 1 };
    return { sharing, dependsOn: oneDependsOn(graph, held.workload, other) };
  }
  return undefined;
}

/** Who may hold the same credential by way of a value that a preview cannot know; for a complete graph. */
export function possibleSharing(graph: Graph, held: Held): Sharing | undefined {
  return allSharing(graph, held, true);
}

/**
 * The resources that make what a credential contains, where a preview cannot know it, and what it waits for whether others
 * contain it.
 */
export function sourcesOf(graph: Graph, held: Held): readonly Urn[] {
  const [start, ...contents] = contentsOf(graph, held.part, true);
  const sources = contents
    .map((part) => part.name)
    .filter((name) => name.startsWith("urn:") && name !== start?.name);
  const dependencies = [...containersOf(graph, held.part, true)].flatMap(({ name }) =>
    graph.facts("contains", "content", name).flatMap(({ dependsOn = [] }) => dependsOn),
  );
  return [...new Set([...sources, ...dependencies])];
}

/** What the contents of a credential wait for that a preview cannot know; undefined where all are known. */
export function unknownContentsOf(graph: Graph, held: Held): readonly Urn[] | undefined {
  const unknown = contentsOf(graph, held.part, false).flatMap((part) =>
    ofKey(graph.facts("contains", "container", part.name), "key", part.key)
      .filter((fact) => meets(part, fact.key))
      .flatMap(({ content }) => (content.kind === "unknown" ? [content.dependsOn] : [])),
  );
  return unknown.length === 0 ? undefined : [...new Set(unknown.flat())];
}

/** Who holds a secret that may be this one, alike but for an account or cluster that is not known, and why; for a complete graph. */
export function possiblySharing(
  graph: Graph,
  held: Held,
): { readonly other: Name; readonly reason: string } | undefined {
  for (const part of partsHeld(graph, held, false)) {
    for (const name of graph.possiblySame(part.name)) {
      // Of what a secret is pushed into those have the value too that hold the secret itself.
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
 * What is not known of what a workload holds to ask for another, who is told of all else; undefined where all is known, or it asks for
 * nobody; for a complete graph.
 */
export function unknownForOther(
  graph: Graph,
  fact: FactOf<"uses">,
): { readonly held: Held; readonly dependsOn: readonly Urn[] } | undefined {
  const { onBehalfOf, ...own } = fact;
  const read = onBehalfOf === undefined ? none : secretHeld(graph, own);
  if (read.kind !== "held") return undefined;
  const dependsOn = unknownContentsOf(graph, read.held);
  return dependsOn && { held: read.held, dependsOn };
}

function literalHeld(graph: Graph, fact: FactOf<"literal">): HeldRead {
  if (fact.unknown === true || !isWorkload(graph, fact.holder) || isVerified(graph, fact)) {
    return none;
  }
  const held: Held = {
    workload: fact.holder,
    about: literalPlace(fact.at.urn, fact.at.property),
    part: { name: fact.value, key: undefined },
    onlyContents: false,
    isLiteral: true,
  };
  return { kind: "held", held };
}

function secretHeld(graph: Graph, fact: FactOf<"uses">): HeldRead {
  if (fact.exempt !== undefined) return none;
  const { secret, workload } = fact;
  const key = keyOf(fact);
  if (secret.kind === "unknown") return isOnlyShown(graph, fact, undefined) ? none : secret;
  // Who asks for another is told of where that other, or whoever else, holds it.
  if (fact.onBehalfOf !== undefined || countsAsHeld(graph, fact) !== "yes") return none;
  const without = verifiedKeysOf(graph, fact);
  const part = { name: secret.name, key, ...(without.length > 0 && { without }) };
  const onlyContents = fact.through === "configuration";
  const about = aboutOf(graph, part);
  const { keyDependsOn } = fact;
  const more = keyDependsOn === undefined ? {} : { keyDependsOn };
  return { kind: "held", held: { workload, about, part, onlyContents, isLiteral: false, ...more } };
}

/** A value that another resource makes and that stands right in a workload is told by what makes it. */
function aboutOf(graph: Graph, part: SecretPart): Name {
  if (!isValuePlace(part.name)) return part.name;
  return contentsOf(graph, part, true)[1]?.name ?? part.name;
}

/** What a workload holds with a credential, nearest first; of what is no secret itself only the contents. */
export function partsHeld(graph: Graph, held: Held, derived: boolean): readonly SecretPart[] {
  const parts = contentsOf(graph, held.part, derived);
  return held.onlyContents ? parts.slice(1) : parts;
}

function firstSharing(graph: Graph, held: Held): Sharing | undefined {
  for (const part of partsHeld(graph, held, false)) {
    for (const holder of holdersOf(graph, part, false)) {
      if (graph.same(holder, held.workload)) continue;
      return { by: byOf(held, part), holders: [holder], count: 1 };
    }
  }
  return undefined;
}

function allSharing(graph: Graph, held: Held, derived: boolean): Sharing | undefined {
  let best: Sharing | undefined;
  for (const part of partsHeld(graph, held, derived)) {
    const all = allHoldersOf(graph, part, derived);
    // Of what only may be shared, and of a literal, which a template has itself, whoever has it counts.
    const { workloads: holders, hasOwn } =
      derived || held.isLiteral
        ? { workloads: all, hasOwn: true }
        : exemptFrom(graph, held.workload, all);
    if (!holders.some((holder) => !graph.same(holder, held.workload))) continue;
    const count = holders.length - (hasOwn ? 1 : 0);
    if (best !== undefined && best.count >= count) continue;
    best = { by: byOf(held, part), holders, count };
    // Who holds the very secret is told before who holds its value.
    if (best.by === "secret") break;
  }
  return best;
}

function byOf(held: Held, part: SecretPart): Sharing["by"] {
  return part === held.part || part.name === held.about ? "secret" : "value";
}
