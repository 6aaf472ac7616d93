import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { ChainLink, Finding, Subject } from "../core/finding";
import type { Judgement, Report } from "../core/report";
import type { SourcePosition } from "../core/snapshot/resource";

/**
 * A report whose source positions, which go by the program's folder, go by another: the one the command runs in, so
 * that editors, terminals and annotations find the files.
 *
 * @param folder the program's folder
 * @param base the folder to go by
 */
export function withSourcesFrom(report: Report, folder: string, base: string): Report {
  const moved = (source: SourcePosition): SourcePosition => ({
    ...source,
    file: pathFrom(source.file, folder, base),
  });
  return { ...report, judgement: mapSources(report.judgement, moved) };
}

function pathFrom(file: string, folder: string, base: string): string {
  const path = resolve(base, isAbsolute(file) ? file : join(folder, file));
  return relative(resolve(base), path).split(sep).join("/");
}

type Move = (source: SourcePosition) => SourcePosition;

function mapSources(judgement: Judgement, move: Move): Judgement {
  return {
    ...judgement,
    findings: judgement.findings.map((finding) => movedFinding(finding, move)),
    workloads: judgement.workloads.map((workload) => movedOne(workload, move)),
    notes: judgement.notes.map((note) => movedOne(note, move)),
  };
}

function movedFinding(finding: Finding, move: Move): Finding {
  return {
    ...movedOne(finding, move),
    about: movedOne(finding.about, move),
    ...(finding.holder && { holder: movedOne(finding.holder, move) }),
    related: finding.related.map((subject) => movedOne(subject, move)),
    chain: finding.chain.map((link) => movedLink(link, move)),
  };
}

function movedLink(link: ChainLink, move: Move): ChainLink {
  const subject = (one: Subject): Subject => movedOne(one, move);
  return { ...link, from: subject(link.from), to: subject(link.to) };
}

function movedOne<T extends { readonly source?: SourcePosition }>(thing: T, move: Move): T {
  return thing.source === undefined ? thing : { ...thing, source: move(thing.source) };
}
