import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { oncePerKey } from "../../facts/once-per-graph";
import { unshownBy } from "./given-alike";
import { templateName } from "./name";
import { mayPinMore } from "./pins";
import type { Uncertainty } from "../../../core/certainty";
import { selectionOf } from "./selection";
import { isServer } from "./collision";
import type { Urn } from "../../../core/snapshot/value";

type Registers = FactOf<"registers">;

/** Other registrations that give the same IDs to other workloads. */
export interface Duplicates {
  /** The first of them, in the order of their names. */
  readonly first: readonly Name[];
  readonly count: number;
  /** Where it is not known what it or the only other one selects. */
  readonly uncertainty?: Uncertainty;
}

const mostNamed = 5;

/** The registrations of pods with the template of one, which does not distinguish their pods from those of that one. */
export function duplicatesByTemplate(fact: Registers, graph: Graph): Duplicates {
  const found = namesOfIds(fact).map((name) => othersIn(groupOf(graph, name), fact, graph));
  const first = found.flatMap((each) => each.first);
  const [unsure] = found.flatMap((each) => each.unsure ?? []);
  if (first.length === 0 && unsure !== undefined) {
    const uncertainty = unknownSelection(fact, unsure);
    return { first: [unsure.registration], count: 1, uncertainty };
  }
  const count = found.reduce((sum, each) => sum + each.count, 0);
  return { first: first.sort().slice(0, mostNamed), count };
}

function unknownSelection(...facts: readonly Registers[]): Uncertainty {
  return { reason: "what it selects is not known", dependsOn: facts.flatMap(selectorsDependOn) };
}

/** The name of the IDs of a registration, and of those by the same template whose selectors fix nothing. */
function namesOfIds({ alike, cluster, className, entry }: Registers): readonly Name[] {
  if (alike === undefined || className.kind === "unknown" || entry.kind !== "pods") return [];
  if (entry.template.kind === "unknown") return [];
  const open = templateName({ cluster, className: className.text }, entry.template.parts);
  return open === undefined || open === alike ? [alike] : [alike, open];
}

/** The registrations of one name of IDs, in the order of their own names. */
interface Group {
  readonly all: readonly (readonly [Name, Registers])[];
  /** What the template does not show of the pods of each; how many there are for the same. */
  readonly unshown: ReadonlyMap<Name, string>;
  readonly counts: ReadonlyMap<string, number>;
}

const groupOf = oncePerKey((_, name: Name) => name, collect);

function collect(graph: Graph, name: Name): Group {
  const all = graph
    .facts("registers", "alike", name)
    .map((fact) => [graph.canonical(fact.registration), fact] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const untold = new Map<Name, string>();
  for (const [registration, fact] of all) {
    const text = unshownOf(fact);
    if (text !== undefined) untold.set(registration, text);
  }
  const counts = new Map<string, number>();
  for (const text of untold.values()) counts.set(text, (counts.get(text) ?? 0) + 1);
  return { all, unshown: untold, counts };
}

function othersIn(
  { all, unshown: untold, counts }: Group,
  fact: Registers,
  graph: Graph,
): Duplicates & { readonly unsure: Registers | undefined } {
  const self = graph.canonical(fact.registration);
  const own = unshownOf(fact);
  const isOther = ([name, other]: readonly [Name, Registers]): boolean =>
    name !== self && (own === undefined || (!untold.has(name) && isUnclear(other)));
  const unsure = all.find(isOther)?.[1];
  if (own === undefined) return { first: [], count: 0, unsure };
  const count = untold.size - (counts.get(own) ?? 0);
  const first: Name[] = [];
  for (const [name, text] of untold) {
    if (first.length === Math.min(count, mostNamed)) break;
    if (text !== own) first.push(name);
  }
  return { first, count, unsure };
}

function unshownOf({ entry }: Registers): string | undefined {
  if (entry.kind !== "pods" || entry.template.kind === "unknown") return undefined;
  return unshownBy(entry, entry.template.parts);
}

function isUnclear({ entry }: Registers): boolean {
  return entry.kind === "pods" && mayPinMore(entry);
}

/** Other entries of the SPIFFE ID of one. */
export interface SameId {
  readonly id: Name;
  /** How many entries give the ID, this one included. */
  readonly count: number;
  /** The first of those that select other workloads, or may do so. */
  readonly others: readonly Name[];
  /** Where it is not known what one of them selects. */
  readonly uncertainty?: Uncertainty;
}

/** Entries that give the SPIFFE ID of one to other workloads; undefined where there are none. */
export function entriesOfSameId(fact: Registers, graph: Graph): SameId | undefined {
  const id = fact.whole ?? fact.within;
  if (id === undefined || isOfAgents(fact)) return undefined;
  const all = entriesAlike(fact, graph).filter(
    (other) => !graph.same(other.registration, fact.registration) && !isOfAgents(other),
  );
  const own = selectionOf(fact.entry);
  const known = all.filter(({ entry }) => selectionOf(entry) !== undefined);
  const differing =
    own === undefined ? [] : known.filter(({ entry }) => selectionOf(entry) !== own);
  const countOf = (facts: readonly Registers[]): number => sorted([fact, ...facts], graph).length;
  if (differing.length > 0) {
    const others = sorted(differing, graph).slice(0, mostNamed);
    return { id, count: countOf(known), others };
  }
  const unsure = own === undefined ? all : all.filter((other) => !known.includes(other));
  if (unsure.length === 0) return undefined;
  return {
    id,
    count: countOf(all),
    others: sorted(unsure, graph).slice(0, 1),
    uncertainty: unknownSelection(fact, ...unsure),
  };
}

/** The entries of the same SPIFFE ID; of one controller, the trust domain of one of them may not be known. */
function entriesAlike({ within, whole }: Registers, graph: Graph): readonly Registers[] {
  const inController = within === undefined ? [] : graph.facts("registers", "within", within);
  const anywhere = whole === undefined ? [] : graph.facts("registers", "whole", whole);
  const found = [...new Set([...inController, ...anywhere])];
  return found.filter(
    (other) => whole === undefined || other.whole === undefined || whole === other.whole,
  );
}

function isOfAgents({ entry }: Registers): boolean {
  return entry.kind === "static" && isServer(entry.parent);
}

function sorted(facts: readonly Registers[], graph: Graph): readonly Name[] {
  return [...new Set(facts.map(({ registration }) => graph.canonical(registration)))].sort();
}

/** What the selectors of an entry depend on where they are not known. */
function selectorsDependOn({ entry }: Registers): readonly Urn[] {
  const parts =
    entry.kind === "pods"
      ? [entry.namespaces, entry.pods, ...entry.found]
      : [...(entry.selectors ?? [])];
  const own = entry.kind === "static" ? entry.dependsOn : [];
  return [...own, ...parts.flatMap((part) => (part.kind === "unknown" ? part.dependsOn : []))];
}
