import type { Report } from "../policy-pack/views/report";
import { readProject } from "../engine/program/project";
import type { BeforeOf } from "./against/before";
import type { Before } from "./against/compare";
import { judgePrepared, prepare, type CheckOptions, type Outcome, type Prepared } from "./check";
import type { Input } from "./input";

/** How paths are judged. */
export interface PathsOptions {
  /** How each is judged. */
  readonly optionsFor: (path: string) => CheckOptions;
  /** What came before each. */
  readonly before?: BeforeOf;
  /** Adds the comparison with what came before to a report. */
  readonly compared?: (report: Report, before: Before) => Report;
}

/** A path with what was read for it. */
interface Waiting {
  readonly path: string;
  readonly prepared: Prepared;
  /** The later, the more code of its own runs. */
  readonly rank: number;
  readonly earlier?: () => (report: Report) => Before;
}

/**
 * Judges what is at paths, each on its own, and returns the outcomes in the order of the paths.
 *
 * A program may change files that are read for another one. So all settings are read first. Then comes what came before, and
 * programs in Node come last.
 */
export async function judgePaths(
  paths: readonly string[],
  { optionsFor, before, compared }: PathsOptions,
): Promise<readonly Outcome[]> {
  const waiting: Waiting[] = [];
  for (const path of paths) {
    const prepared = await prepare(path, optionsFor(path));
    const rank = prepared.kind === "prepared" ? rankOf(prepared.input) : 0;
    waiting.push({ path, prepared, rank });
  }
  if (before !== undefined) {
    for (const [index, one] of waiting.entries()) {
      waiting[index] = { ...one, earlier: await settled(before(one.path)) };
    }
  }
  const outcomes = new Map<Waiting, Outcome>();
  for (const one of [...waiting].sort((a, b) => a.rank - b.rank)) {
    const outcome = await judgePrepared(one.prepared, optionsFor(one.path));
    const { earlier } = one;
    outcomes.set(
      one,
      outcome.kind === "judged" && earlier !== undefined && compared !== undefined
        ? { ...outcome, report: compared(outcome.report, earlier()(outcome.report)) }
        : outcome,
    );
  }
  return waiting.flatMap((one) => outcomes.get(one) ?? []);
}

/** What a promise gave; throws what it was rejected with only where that is needed. */
async function settled<T>(promise: Promise<T>): Promise<() => T> {
  const [result] = await Promise.allSettled([promise]);
  return () => {
    if (result.status === "fulfilled") return result.value;
    throw result.reason;
  };
}

function rankOf(input: Input): number {
  if (input.kind !== "program") return 0;
  const project = readProject(input.folder, input.file);
  return project.kind === "ok" && project.value.runtime === "yaml" ? 1 : 2;
}
