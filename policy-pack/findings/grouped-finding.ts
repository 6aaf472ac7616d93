import type { ChainLink, Finding, RelatedSubject, Subject } from "./finding";
import type { SourcePosition } from "../../core/snapshot/resource";

/**
 * What readers count as one finding: all findings of one rule about one thing with the same words and weight.
 *
 * A secret that five workloads share is five findings and one fault, since a waiver or a baseline may cover each of them.
 */
export interface Fault {
  readonly first: Finding;
  /** All of them, the first one among them. */
  readonly findings: readonly Finding[];
  /** The consumers or principals of the thing, each once: the holders of the findings, and what has the fault as well. */
  readonly affected: readonly Subject[];
  /** How many more it affects than are named. */
  readonly unnamed: number;
  /** What it relates to, without those that are affected. */
  readonly related: readonly RelatedSubject[];
  /** Each from its first link to its last. */
  readonly chains: readonly (readonly ChainLink[])[];
  /** What to do about it, each sentence once. */
  readonly fixes: readonly string[];
  /** Texts to put in place of what is there, each once. */
  readonly replacements: readonly string[];
}

/** The faults of findings, in their order; those that a waiver lifts or a baseline lists come last. */
export function faultsOf(findings: readonly Finding[]): readonly Fault[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { rule, about, message, verdict, severity, level, known, waiver } = finding;
    const key = JSON.stringify([
      rule,
      about.name,
      message,
      verdict,
      severity,
      level,
      known,
      waiver,
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const all = Array.from(groups.values(), faultOf);
  return [...all.filter(isOpen), ...all.filter((fault) => !isOpen(fault))];
}

/** Where a fault is shown: the place of its first finding that has one. */
export function sourceOf({ findings, first }: Fault): SourcePosition | undefined {
  return findings.find(({ source }) => source !== undefined)?.source ?? first.about.source;
}

function isOpen({ first }: Fault): boolean {
  return !first.known && first.waiver === undefined;
}

function faultOf(findings: readonly Finding[]): Fault {
  const first = findings[0] as Finding;
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
    affected,
    unnamed: Math.max(0, count - affected.length),
    related: distinctBy(related, ({ name, as }) => JSON.stringify([name, as])).filter(
      ({ name }) => !holders.has(name),
    ),
    chains: distinctBy(chains, (chain) =>
      JSON.stringify(chain.map(({ from, to, by }) => [from.name, by, to.name])),
    ),
    fixes: [...new Set(findings.map(({ fix }) => fix))],
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
