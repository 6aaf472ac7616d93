import { compareText } from "../../core/compare-text";
import { fingerprintOf, fingerprintsOf, type Finding, type Subject } from "../findings/finding";
import type { Graph } from "../facts/graph";
import { labelIn, labelOfThing } from "../facts/label";
import { onceForEach } from "../facts/once-for-each";
import type { At } from "../facts/fact-values";
import type { Name } from "../facts/name";
import { compareSeverity } from "../../core/severity";
import type { Urn } from "../../core/snapshot/value";
import { isKnown } from "../findings/known";
import { levelOf, type Answer, type Rule } from "../findings/define-rule";
import { leftOutByScope } from "./scope";
import type { Settings } from "../findings/settings";

/** The id of our own failures, and of unreadable resources. It always blocks. */
export const failureRule = "agentid";

/** Turns a rule's answer into a finding, or undefined where the settings leave it out. */
export function findingOf(
  rule: Rule,
  answer: Answer,
  graph: Graph,
  settings: Settings,
): Finding | undefined {
  if (settings.levels[rule.id] === "disabled") return undefined;
  if (leftOutByScope(rule, answer, graph, settings)) return undefined;
  const severity = answer.severity ?? rule.severity;
  const level = levelOf(rule, severity, settings.levels[rule.id]);
  const about = subjectOf(graph, answer.about);
  const holder = answer.holder === undefined ? undefined : subjectOf(graph, answer.holder);
  const fingerprint = fingerprintIn(graph, rule.id, about.name, holder?.name);
  const aliases = aliasesOf(rule.id, answer, graph).filter((alias) => alias !== fingerprint);
  const evidenceParts = evidencePartsOf(answer, graph);
  const source = graph.sourceOf(answer.at.urn);
  const isCertain = answer.uncertainty === undefined;
  const dependsOn = [...new Set(answer.uncertainty?.dependsOn)].sort();
  const reason = answer.reason ?? (dependsOn.length === 0 ? answer.uncertainty?.reason : undefined);
  return {
    rule: rule.id,
    verdict: isCertain ? "violated" : "undetermined",
    severity,
    level: !isCertain && settings.undetermined !== "rule" ? settings.undetermined : level,
    about,
    ...(answer.origin !== undefined && { origin: subjectOf(graph, answer.origin) }),
    ...(answer.configuration !== undefined && { configuration: answer.configuration }),
    ...(holder && { holder }),
    at: answer.at,
    ...(source && { source }),
    message: fill(rule.messages[answer.message] ?? answer.message, {
      about: about.label,
      ...(holder && { holder: holder.label }),
      ...answer.data,
    }),
    ...(reason !== undefined && { reason }),
    fix: answer.fix ?? rule.remediation,
    ...(answer.replacement !== undefined && { replacement: answer.replacement }),
    related: (answer.related ?? []).map(({ name, ...how }) => ({
      ...subjectOf(graph, name),
      ...how,
    })),
    ...(answer.affectedCount !== undefined && { affectedCount: answer.affectedCount }),
    chain: (answer.chain ?? []).map((link) => ({
      from: memberOf(graph, link.from, link.at) ?? subjectOf(graph, link.from),
      to: subjectOf(graph, link.to),
      by: link.by,
      ...(link.at && { at: link.at }),
    })),
    dependsOn,
    fingerprint,
    ...(aliases.length > 0 && { aliases }),
    ...(evidenceParts.length > 0 && { evidenceParts }),
    standards: rule.standards,
    // A fault of a waiver is fixed in the waiver, not listed in a baseline. Nor does a baseline list what has only a masked
    // name: it might be another thing by now.
    known:
      isCertain &&
      rule.family !== "waivers" &&
      !isMasked(graph, about.name) &&
      !(holder !== undefined && isMasked(graph, holder.name)) &&
      isKnown(settings.baseline, { fingerprint, aliases, severity, evidenceParts }),
  };
}

/** A finding about something of ours that failed or could not be read. Names it, and nothing of what it read. */
export function failureFinding(what: string, problem: string, at: At, graph: Graph): Finding {
  const { label } = subjectOf(graph, at.urn);
  return ownFinding(what, at, graph, {
    message: `${what} could not judge \`${label}\`: ${problem}`,
    fix: "correct the property named, or report the failure with the resource that shows it",
  });
}

/** A finding about a rule that took more work than it may, where it did; nothing beyond is judged by it. */
export function workExceededFinding({ id }: Rule, at: At, graph: Graph): Finding {
  const { label } = subjectOf(graph, at.urn);
  return ownFinding(`work of rule ${id}`, at, graph, {
    message: `rule ${id} has not judged this stack beyond \`${label}\`: it takes more work than a rule may use`,
    fix: "split the stack, or remove statements and wildcards that multiply there",
  });
}

function ownFinding(
  what: string,
  at: At,
  graph: Graph,
  words: Pick<Finding, "message" | "fix">,
): Finding {
  const about = subjectOf(graph, at.urn);
  const source = graph.sourceOf(at.urn);
  return {
    rule: failureRule,
    verdict: "undetermined",
    severity: "high",
    level: "mandatory",
    about,
    at,
    ...(source && { source }),
    ...words,
    related: [],
    chain: [],
    dependsOn: [],
    fingerprint: fingerprintIn(graph, `${failureRule}/${what}`, about.name, undefined),
    standards: [],
    known: false,
  };
}

/**
 * One finding for each fault: a certain one before an undetermined one, the worse grade before the milder.
 *
 * A finding by a spelling that is an alias of another is the same fault; the final spelling stays. It is made of what
 * each of them is made of, and known where each is.
 */
export function mergeFindings(findings: Iterable<Finding>): readonly Finding[] {
  const all = [...findings];
  if (all.length < 2) return all;
  const finals = new Map<string, string>();
  for (const { fingerprint, aliases = [] } of all) {
    for (const alias of aliases) finals.set(alias, fingerprint);
  }
  const byFault = new Map<string, Fault>();
  for (const finding of all) {
    const fault = finalOf(finding.fingerprint, finals);
    const known = byFault.get(fault);
    if (known === undefined) {
      byFault.set(fault, { best: finding, alike: [finding] });
      continue;
    }
    const isBetter = precedes(finding, known.best, fault);
    if (finding.verdict === known.best.verdict) known.alike.push(finding);
    else if (isBetter) known.alike = [finding];
    if (isBetter) known.best = finding;
  }
  return Array.from(byFault.values(), ofAllParts).sort(compareFindings);
}

/** The findings of one fault. */
interface Fault {
  best: Finding;
  /** Those of the best one's verdict, it among them. */
  alike: Finding[];
}

/** The best finding of a fault with what all of its verdict are made of. */
function ofAllParts({ best, alike }: Fault): Finding {
  if (alike.length === 1) return best;
  const evidenceParts = sortedParts(alike.flatMap((each) => each.evidenceParts ?? []));
  return {
    ...best,
    related: [...best.related, ...reportedWith(best, alike)],
    ...(evidenceParts.length > 0 && { evidenceParts }),
    known: alike.every(({ known }) => known),
  };
}

/** What is reported with a finding since only masked texts differ: of several the first, and how many. */
function reportedWith(best: Finding, alike: readonly Finding[]): Finding["related"] {
  const own = [best.about.name, best.holder?.name];
  const others = new Map<string, Subject>();
  for (const { fingerprint, about, holder } of alike) {
    // By another fingerprint it is the same, called otherwise.
    if (fingerprint !== best.fingerprint) continue;
    const other = [about, holder].find((each) => each && !own.includes(each.name));
    if (other !== undefined) others.set(other.name, other);
  }
  const [first, ...more] = [...others.values()].sort((a, b) => compareText(a.name, b.name));
  if (first === undefined) return [];
  const count = more.length === 1 ? "is 1 more" : `are ${more.length} more`;
  const also = more.length === 0 ? "" : `, as ${count}`;
  return [{ ...first, as: `is reported with it${also}: only what is marked as secret differs` }];
}

/**
 * Whether a finding was reported before, possibly by another spelling of thing or holder. One that the baseline lists does not
 * count where there is now more of it.
 *
 * @param reported by fingerprint
 */
export function wasReported(finding: Finding, reported: ReadonlyMap<string, Finding>): boolean {
  return fingerprintsOf(finding).some((name) => {
    const before = reported.get(name);
    return before !== undefined && (finding.known || !before.known);
  });
}

/** The fingerprint by the spelling that is known last. */
function finalOf(fingerprint: string, finals: ReadonlyMap<string, string>): string {
  const passed = new Set<string>();
  let final = fingerprint;
  for (let next = finals.get(final); next !== undefined && !passed.has(next);) {
    passed.add(next);
    final = next;
    next = finals.get(final);
  }
  return final;
}

function precedes(a: Finding, b: Finding, fault: string): boolean {
  if (a.verdict !== b.verdict) return a.verdict === "violated";
  const bySeverity = compareSeverity(a.severity, b.severity);
  if (bySeverity !== 0) return bySeverity < 0;
  if (a.fingerprint !== b.fingerprint) return a.fingerprint === fault;
  return compareText(placeOf(a), placeOf(b)) < 0;
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    compareSeverity(a.severity, b.severity) ||
    compareText(a.rule, b.rule) ||
    compareText(a.about.name, b.about.name) ||
    compareText(a.holder?.name ?? "", b.holder?.name ?? "")
  );
}

function placeOf(finding: Finding): string {
  return `${finding.at.urn}\n${finding.at.property}\n${finding.message}`;
}

/** What spells one thing in a hostile program may be without end; a thing of a real one has a handful of names. */
const mostAliases = 64;

/** The fingerprints of an answer by all spellings of thing and holder. */
function aliasesOf(rule: string, { about, holder }: Answer, graph: Graph): readonly string[] {
  const abouts = sortedSpellings(graph, about);
  const holders = holder === undefined ? [undefined] : sortedSpellings(graph, holder);
  if (abouts.length === 1 && holders.length === 1) return [];
  return abouts
    .flatMap((thing) => holders.map((who) => [thing, who] as const))
    .filter((names) => names.every((name) => name === undefined || !isMasked(graph, name)))
    .slice(0, mostAliases)
    .map(([thing, who]) => fingerprintIn(graph, rule, thing, who))
    .sort(compareText);
}

/** The spellings of a thing, in an order that does not depend on that of resources: which are cut off does not either. */
function sortedSpellings(graph: Graph, name: Name): readonly Name[] {
  return graph.spellingsOf(name).toSorted(compareText);
}

/** What an answer's fault is made of, by all spellings. */
function evidencePartsOf(
  { evidenceParts = [] }: Answer,
  graph: Graph,
): NonNullable<Finding["evidenceParts"]> {
  return sortedParts(
    evidenceParts.map((part) => {
      if (typeof part === "string") return [graph.masks.over(part)];
      const spellings = sortedSpellings(graph, part.name).slice(0, mostAliases);
      return spellings.map((name) => `${part.as} ${graph.masks.over(name)}`).sort(compareText);
    }),
  );
}

/** Parts, each once, in an order that does not depend on that of resources. */
function sortedParts(parts: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const byText = new Map(parts.map((part) => [JSON.stringify(part), part]));
  return [...byText].sort(([a], [b]) => compareText(a, b)).map(([, part]) => part);
}

/** Whether something of a name is marked as secret. */
function isMasked({ masks }: Graph, name: Name): boolean {
  return masks.over(name) !== name;
}

/** A fingerprint, in which nothing is that the program marks as secret. */
function fingerprintIn(graph: Graph, rule: string, about: Name, holder: Name | undefined): string {
  const { masks } = graph;
  return fingerprintOf(
    rule,
    masks.over(about),
    holder === undefined ? undefined : masks.over(holder),
  );
}

function subjectOf(graph: Graph, name: Name): Subject {
  return graph.complete ? knownSubjectOf(graph, name) : madeSubjectOf(graph, name);
}

/** Of many findings about one thing each takes the same subject. */
const knownSubjectOf = onceForEach(madeSubjectOf);

function madeSubjectOf(graph: Graph, name: Name): Subject {
  const canonical = graph.canonical(name);
  const urn: Urn | undefined = canonical.startsWith("urn:") ? canonical : undefined;
  const source = urn === undefined ? undefined : graph.sourceOf(urn);
  return {
    name: canonical,
    label: labelOfThing(graph, name),
    ...(urn && { urn }),
    ...(source && { source }),
  };
}

/** Of several controllers that are one workload, the one with a link; undefined for other things. */
function memberOf(graph: Graph, name: Name, at: At | undefined): Subject | undefined {
  const members = graph.facts("workload", "workload", name);
  if (members.length < 2 || members.some((fact) => fact.is !== "undeclared")) return undefined;
  const [member, other] = members.filter((fact) => fact.at.urn === at?.urn);
  if (member === undefined || other !== undefined) return undefined;
  const { urn } = member.at;
  const source = graph.sourceOf(urn);
  return { name: member.workload, label: labelIn(graph, member), urn, ...(source && { source }) };
}

function fill(text: string, data: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => data[key] ?? whole);
}
