import type { Report } from "../policy-pack/views/report";
import { readProject } from "../engine/program/project";
import type { BeforeOf } from "./against/before";
import type { Before } from "./against/compare";
import {
  judgePrepared,
  prepare,
  stacksAt,
  type CheckOptions,
  type Outcome,
  type Prepared,
} from "./check";
import { CouldNotRun } from "./failure";
import { classifyInput, type Input } from "./input";
import { allStacks } from "./program-options";

/** How paths are judged. */
export interface PathsOptions {
  /** How each is judged. */
  readonly optionsFor: (path: string) => CheckOptions;
  /** What came before each. */
  readonly before?: BeforeOf;
  /** Adds the comparison with what came before to a report. */
  readonly compared?: (report: Report, before: Before) => Report;
}

/** What judging a path gave, or a stack of the program there. */
export interface JudgedPath {
  readonly path: string;
  readonly outcome: Outcome;
}

/** A path with what was read for it. */
interface Waiting {
  readonly path: string;
  readonly options: CheckOptions;
  readonly prepared: Prepared;
  /** The later, the more code of its own runs. */
  readonly rank: number;
  readonly earlier?: () => (report: Report) => Before;
}

/**
 * Judges what is at paths, each on its own, with `--stack all` each stack of a program; the outcomes are in the order of the paths.
 *
 * A program may change files that are read for another one. So all settings are read first. Then comes what came before, and
 * programs in Node come last.
 */
export async function judgePaths(
  paths: readonly string[],
  { optionsFor, before, compared }: PathsOptions,
): Promise<readonly JudgedPath[]> {
  const waiting: Waiting[] = [];
  for (const path of paths) {
    for (const options of eachStack(path, optionsFor(path))) {
      const prepared = await prepare(path, options);
      const rank = prepared.kind === "prepared" ? rankOf(prepared.input) : 0;
      waiting.push({ path, options, prepared, rank });
    }
  }
  if (before !== undefined) {
    for (const [index, one] of waiting.entries()) {
      waiting[index] = { ...one, earlier: await settled(before(one.path, one.options)) };
    }
  }
  const outcomes = new Map<Waiting, Outcome>();
  for (const one of [...waiting].sort((a, b) => a.rank - b.rank)) {
    const outcome = await judgePrepared(one.prepared, one.options);
    const { earlier } = one;
    outcomes.set(
      one,
      outcome.kind === "judged" && earlier !== undefined && compared !== undefined
        ? { ...outcome, report: compared(outcome.report, earlier()(outcome.report)) }
        : outcome,
    );
  }
  return waiting.flatMap((one) => {
    const outcome = outcomes.get(one);
    return outcome === undefined ? [] : [{ path: one.path, outcome }];
  });
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

/** The options for each stack of a program that has a file, where all are wanted; else those that are given. */
function eachStack(path: string, options: CheckOptions): readonly CheckOptions[] {
  const { stack, state, ...others } = options;
  if (stack !== allStacks) return [options];
  const stacks = stacksOfPath(path);
  if (stacks.includes(allStacks)) {
    throw new CouldNotRun(
      `\`${path}\` has a stack that is called \`all\`; name its stacks one by one`,
    );
  }
  if (state !== undefined) {
    throw new CouldNotRun(
      "`--state` is of one stack, so it goes with the name of that, not with `--stack all`",
    );
  }
  const each = { ...others, isEachStack: true };
  return stacks.length === 0 ? [each] : stacks.map((name) => ({ ...each, stack: name }));
}

function stacksOfPath(path: string): readonly string[] {
  try {
    return path === "-" ? [] : stacksAt(classifyInput(path));
  } catch {
    // Judging it reports why it cannot be read.
    return [];
  }
}
