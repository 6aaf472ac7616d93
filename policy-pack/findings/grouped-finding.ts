import { compareText } from "../../core/compare-text";
import { compareHarms } from "../../core/risk";
import { compareSeverity } from "../../core/severity";
import type { ChainLink, Finding, Reached, RelatedSubject, Subject } from "./finding";
import type { SourcePosition } from "../../core/snapshot/resource";

/**
 * What readers count as one finding: all findings of one rule about one thing, or about things with one origin, with the same
 * weight. Findings of a more general rule about the same belong to it.
 *
 * A secret that five workloads share is five findings and one fault, since a waiver or a baseline may cover each of them.
 */
export interface Fault {
  readonly first: Finding;
  /** All of them, the first one among them. */
  readonly findings: readonly Finding[];
  /** The things, of which one is the origin of all others. */
  readonly things: readonly Subject[];
  /** What a more general rule reports of it: one of its findings, as all are about one value. Default: nothing. */
  readonly also: readonly Finding[];
  /** The consumers or principals of the thing, each once: the holders of the findings, and what has the fault as well. */
  readonly affected: readonly Subject[];
  /** How many more it affects than are named. */
  readonly unnamed: number;
  /** What it relates to, without those that are affected. */
  readonly related: readonly RelatedSubject[];
  /** The workloads of high risk that it gives access to, the worst first, each once. */
  readonly reaches: readonly Reached[];
  /** Each from its first link to its last. */
  readonly chains: readonly (readonly ChainLink[])[];
  /** What to do about it, each sentence once. */
  readonly fixes: readonly string[];
  /** Texts to put in place of what is there, each once. */
  readonly replacements: readonly string[];
}

/** Of these rules the general one reports of a credential what the specific one implies. */
const impliedBy: Readonly<Record<string, string>> = {
  "no-shared-secret": "no-cross-tenant-secret",
};

/**
 * The faults of findings, the riskiest first: by severity, by the worst that they give access to, and by the place where
 * they are shown. Those that a waiver lifts or a baseline lists come last.
 */
export function faultsOf(findings: readonly Finding[]): readonly Fault[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = keyOf(finding, finding.rule);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const implied = new Map<readonly Finding[], Finding[]>();
  for (const [key, group] of groups) {
    const [first] = group;
    const specific = first && impliedBy[first.rule];
    if (first?.origin === undefined || specific === undefined) continue;
    const other = groups.get(keyOf(first, specific));
    if (
      other === undefined ||
      !group.every((finding) => other.some((one) => isSame(one, finding)))
    ) {
      continue;
    }
    implied.set(other, group);
    groups.delete(key);
  }
  const all = Array.from(groups.values(), (group) => faultOf(group, implied.get(group) ?? []));
  const sorted = all.sort(compareRisk);
  return [...sorted.filter(isOpen), ...sorted.filter((fault) => !isOpen(fault))];
}

function compareRisk(a: Fault, b: Fault): number {
  return (
    compareSeverity(a.first.severity, b.first.severity) ||
    compareReached(a.reaches[0], b.reaches[0]) ||
    comparePlaces(sourceOf(a), sourceOf(b))
  );
}

type Harmful = Pick<Reached, "harms">;

/** Orders what is reached by the first harm in which two differ; fewer harms come after more, and none last. */
export function compareReached(a: Harmful | undefined, b: Harmful | undefined): number {
  const [ours, theirs] = [a?.harms ?? [], b?.harms ?? []];
  const at = ours.findIndex((harm, index) => harm !== theirs[index]);
  const [mine, other] = at < 0 ? [undefined, theirs[ours.length]] : [ours[at], theirs[at]];
  if (mine === undefined || other === undefined) {
    return Number(mine === undefined) - Number(other === undefined);
  }
  return compareHarms(mine, other);
}

function comparePlaces(a: SourcePosition | undefined, b: SourcePosition | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareText(a.file, b.file) || a.line - b.line || (a.column ?? 0) - (b.column ?? 0);
}

/** The key of the fault that a finding would belong to as one of a rule. */
function keyOf(finding: Finding, rule: string): string {
  const { about, origin, message, verdict, severity, level, known, waiver } = finding;
  const thing = origin === undefined ? [about.name, message] : [origin.name];
  return JSON.stringify([rule, thing, verdict, severity, level, known, waiver]);
}

/** Whether two findings are about one use of one thing. */
function isSame(a: Finding, b: Finding): boolean {
  return a.about.name === b.about.name && a.holder?.name === b.holder?.name;
}

/** Where a fault is shown: where its thing comes from, else the place of its first finding that has one. */
export function sourceOf({ findings, first }: Fault): SourcePosition | undefined {
  return (
    first.origin?.source ??
    findings.find(({ source }) => source !== undefined)?.source ??
    first.about.source
  );
}

function isOpen({ first }: Fault): boolean {
  return !first.known && first.waiver === undefined;
}

function faultOf(own: readonly Finding[], implied: readonly Finding[]): Fault {
  const isOrigin = ({ about, origin }: Finding): boolean => about.name === origin?.name;
  const first = (own.find(isOrigin) ?? own[0]) as Finding;
  const findings = [...own, ...implied];
  const related = findings.flatMap((finding) => finding.related);
  const also = related.filter(({ isAffected }) => isAffected).map(subjectIn);
  const affected = distinctBy(
    [...findings.flatMap(({ holder }) => holder ?? []), ...also],
    ({ name }) => name,
  );
  const count = findings.reduce((most, one) => Math.max(most, one.affectedCount ?? 0), 0);
  const holders = new Set(affected.map(({ name }) => name));
  const chains = findings.flatMap(chainsOf);
  return {
    first,
    findings,
    things: distinctBy(
      own.map(({ about }) => about),
      ({ name }) => name,
    ),
    also: implied.slice(0, 1),
    affected,
    unnamed: Math.max(0, count - affected.length),
    related: distinctBy(related, ({ name, as }) => JSON.stringify([name, as])).filter(
      ({ name }) => !holders.has(name),
    ),
    reaches: distinctBy(
      findings.flatMap(({ reaches = [] }) => reaches),
      ({ label }) => label,
    ).toSorted(compareReached),
    chains: distinctBy(chains, (chain) =>
      JSON.stringify(chain.map(({ from, to, by }) => [from.name, by, to.name])),
    ),
    fixes: [...new Set(own.map(({ fix }) => fix))],
    replacements: [...new Set(findings.flatMap(({ replacement }) => replacement ?? []))],
  };
}

/** A related subject without its phrase. */
function subjectIn({ name, label, urn, source }: RelatedSubject): Subject {
  return { name, label, ...(urn && { urn }), ...(source && { source }) };
}

/** The chains of a finding; a link that does not go on from the one before begins another. */
function chainsOf({ chain }: Finding): readonly (readonly ChainLink[])[] {
  const chains: ChainLink[][] = [];
  for (const link of chain) {
    const current = chains.at(-1);
    if (current?.at(-1)?.to.name === link.from.name) current.push(link);
    else chains.push([link]);
  }
  return chains;
}

function distinctBy<T>(all: readonly T[], keyOf: (one: T) => string): readonly T[] {
  return [...new Map(all.map((one) => [keyOf(one), one] as const)).values()];
}
