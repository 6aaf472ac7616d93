import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Authority } from "../policy-pack/views/delta/authority";
import type { Permission } from "../policy-pack/views/delta/permission";
import type { ChainLink, Finding, Subject } from "../policy-pack/findings/finding";
import type { Judgement, Report } from "../policy-pack/views/report";
import type { SourcePosition } from "../core/snapshot/resource";

/**
 * A report whose source positions, which go by the program's folder, go by another: the one the command runs in, so
 * that editors, terminals and annotations find the files.
 *
 * @param folder the program's folder
 * @param base the folder to go by
 */
export function withSourcesFrom(report: Report, folder: string, base: string): Report {
  const fileOf = once((file: string) => pathFrom(file, folder, base));
  const move = (source: SourcePosition): SourcePosition => ({
    ...source,
    file: fileOf(source.file),
    ...(source.through && { through: source.through.map(move) }),
  });
  // What many findings are about, each of them has as one subject.
  const subjectOf = once((subject: Subject) => movedOne(subject, move));
  const { against, silenced } = report;
  const delta = against?.authority;
  return {
    ...report,
    judgement: mapSources(report.judgement, move, subjectOf),
    ...(silenced && { silenced: silenced.map((one) => movedOne(one, move)) }),
    ...(against && {
      against: {
        ...against,
        ...(delta && {
          authority: {
            ...delta,
            changed: delta.changed.map((one) => ({
              ...one,
              rows: one.rows.map((row) => movedOne(row, move)),
            })),
          },
        }),
      },
    }),
  };
}

/** A path from one folder as a path from another, with `/` between folders. */
export function pathFrom(file: string, folder: string, base: string): string {
  const path = resolve(base, isAbsolute(file) ? file : join(folder, file));
  return relative(resolve(base), path).split(sep).join("/");
}

/** A function with a cache by its argument. */
function once<A, B>(find: (of: A) => B): (of: A) => B {
  const known = new Map<A, B>();
  return (of) => {
    let found = known.get(of);
    if (found === undefined) known.set(of, (found = find(of)));
    return found;
  };
}

type Move = (source: SourcePosition) => SourcePosition;

type MoveSubject = (subject: Subject) => Subject;

function mapSources(judgement: Judgement, move: Move, subjectOf: MoveSubject): Judgement {
  return {
    ...judgement,
    findings: judgement.findings.map((finding) => movedFinding(finding, move, subjectOf)),
    workloads: judgement.workloads.map((workload) => movedOne(workload, move)),
    ...(judgement.identityGraph && {
      identityGraph: {
        ...judgement.identityGraph,
        nodes: judgement.identityGraph.nodes.map((node) => movedOne(node, move)),
      },
    }),
    notes: judgement.notes.map((note) => movedOne(note, move)),
    ...(judgement.authority && { authority: movedAuthority(judgement.authority, move) }),
  };
}

function movedAuthority({ identities, workloads, calls }: Authority, move: Move): Authority {
  const moved = (all: readonly Permission[]): readonly Permission[] =>
    all.map((each) => movedOne(each, move));
  return {
    identities: identities.map((one) => ({
      ...movedOne(one, move),
      may: moved(one.may),
      denied: moved(one.denied),
      usedBy: moved(one.usedBy),
      ...(one.denies && { denies: moved(one.denies) }),
    })),
    workloads: workloads.map((one) => movedOne(one, move)),
    calls: calls.map((one) => movedOne(one, move)),
  };
}

function movedFinding(finding: Finding, move: Move, subjectOf: MoveSubject): Finding {
  return {
    ...movedOne(finding, move),
    about: subjectOf(finding.about),
    ...(finding.origin && { origin: subjectOf(finding.origin) }),
    ...(finding.holder && { holder: subjectOf(finding.holder) }),
    related: finding.related.map((subject) => movedOne(subject, move)),
    chain: finding.chain.map((link) => movedLink(link, subjectOf)),
  };
}

function movedLink(link: ChainLink, subjectOf: MoveSubject): ChainLink {
  return { ...link, from: subjectOf(link.from), to: subjectOf(link.to) };
}

function movedOne<T extends { readonly source?: SourcePosition }>(thing: T, move: Move): T {
  return thing.source === undefined ? thing : { ...thing, source: move(thing.source) };
}
