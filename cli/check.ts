import { resolve } from "node:path";
import type { Day } from "../core/day";
import { reportOf, type Report } from "../policy-pack/views/report";
import type { Snapshot } from "../core/snapshot/resource";
import { judgeSnapshot } from "../policy-pack/run/judge";
import { rules } from "../policy-pack/rules/index";
import { shortName, stacksOfProject } from "../engine/program/stacks";
import { CouldNotRun, failureOf, type Failure } from "./failure";
import { classifyInput, pipedInput, settingsBeside, type Input } from "./input";
import { loadSettings, type LoadedSettings } from "./load-settings";
import { previewByEngine } from "./preview-by-engine";
import { snapshotOf, stateFor, type ProgramOptions } from "./snapshot-of";
import { sourceTextsIn } from "./source-lines";
import { withSourcesFrom } from "./source-paths";
import { atProperties } from "./yaml-locations";

/** Who can preview a program: we ourselves, or the Pulumi CLI with the policy pack. */
export const engines = ["offline", "pulumi"] as const;
export type Engine = (typeof engines)[number];

/** How programs are to be judged. */
export interface CheckOptions extends ProgramOptions {
  /** Default `offline`. */
  readonly engine?: Engine;
  /** Settings file for all programs; by default `agentid.yaml` beside each. */
  readonly settings?: string;
  /** Baseline file in place of the one the settings name; `none` judges without any. */
  readonly baseline?: string | { readonly kind: "none" };
  /** Waivers file in place of the one the settings name. */
  readonly waivers?: string;
  /** The current day, in UTC: waivers end by it. */
  readonly today: Day;
  /** Version of this tool, for the report. */
  readonly version: string;
  /** Whether the report is to have facts, which are compared with those of other stacks. Default: no. */
  readonly withFacts?: boolean;
  /** Whether each stack of the program is judged, so that none is left out. Default: no. */
  readonly isEachStack?: boolean;
}

/** How judging one program ended, with what there is to show. */
export type Outcome =
  | {
      readonly kind: "judged";
      readonly report: Report;
      /** What was judged; undefined where the Pulumi CLI had it judged. */
      readonly snapshot?: Snapshot;
    }
  | ({ readonly kind: "could not run" } & Failure);

/** The path in place of another, such as a copy of an earlier revision. */
export interface Represents {
  readonly settings: LoadedSettings;
  /** Folder that source positions go by. */
  readonly folder: string;
}

/** A path with all that is read for it before a program runs, or why that cannot be read. */
export type Prepared = Readable | ({ readonly kind: "could not run" } & Failure);

/** A path that can be judged, with all that is read for it before. */
interface Readable {
  readonly kind: "prepared";
  readonly input: Input;
  readonly settings: LoadedSettings;
  /** The stacks of a program that have files. */
  readonly stacks: readonly string[];
  /** What is deployed, for a program. */
  readonly state: Snapshot | undefined;
  /** The folder that source positions go by. */
  readonly folder: string;
}

/** Reads what is needed to judge a path. */
export async function prepare(
  path: string,
  options: CheckOptions,
  represents?: Represents,
): Promise<Prepared> {
  try {
    const input = path === "-" ? await pipedInput() : classifyInput(path);
    const settings = represents?.settings ?? settingsFor(input, options);
    const state = options.engine === "pulumi" ? undefined : stateFor(input, options);
    const stacks = stacksAt(input);
    const folder = represents?.folder ?? input.folder;
    return { kind: "prepared", input, settings, stacks, state, folder };
  } catch (error) {
    return { kind: "could not run", ...failureOf(error) };
  }
}

/** Judges what is at a path. What cannot be run is an outcome, not an exception. */
export async function judgePrepared(prepared: Prepared, options: CheckOptions): Promise<Outcome> {
  if (prepared.kind === "could not run") return prepared;
  try {
    return await judge(prepared, options);
  } catch (error) {
    return { kind: "could not run", ...failureOf(error) };
  }
}

/** Reads what is needed to judge a path, and judges what is there. */
export async function checkPath(
  path: string,
  options: CheckOptions,
  represents?: Represents,
): Promise<Outcome> {
  return judgePrepared(await prepare(path, options, represents), options);
}

/** The configured settings, or those beside what is judged. */
export function settingsFor(input: Input, options: CheckOptions): LoadedSettings {
  return loadSettings(options.settings ?? settingsBeside(input), options, rules);
}

async function judge(prepared: Readable, options: CheckOptions): Promise<Outcome> {
  const { input, settings: loaded, state, folder } = prepared;
  if (options.engine === "pulumi") {
    if (input.kind !== "program") {
      throw new CouldNotRun(
        `\`${input.folder}\` has no Pulumi program, and the engine previews nothing else; leave out \`--engine pulumi\``,
      );
    }
    const report = await previewByEngine(input.folder, options, loaded);
    return { kind: "judged", report: withSilenced(report, prepared, options) };
  }
  const snapshot = await snapshotOf(input, options, { functions: loaded.functions, state });
  const piped = input.kind === "piped" ? input.bytes.toString("utf8") : undefined;
  const outcome = await judgedAs(snapshot, loaded, options, folder, piped);
  return { ...outcome, report: withSilenced(outcome.report, prepared, options) };
}

/** Answers of functions silence only where a preview of ours takes them; stacks without a report are listed with the settings. */
function withSilenced(
  report: Report,
  { input, settings, stacks }: Readable,
  { engine, isEachStack = false }: CheckOptions,
): Report {
  const isPreviewed = input.kind === "program" && engine !== "pulumi";
  const others = isEachStack ? [] : stacks.filter((name) => name !== shortName(report.stack));
  const left = { kind: "stacks", subject: others.join(", "), count: others.length } as const;
  const silenced = [
    ...settings.silenced.filter(({ kind }) => isPreviewed || kind !== "answers"),
    ...(others.length > 0 ? [{ ...left, by: "--stack" }] : []),
  ];
  return silenced.length > 0 ? { ...report, silenced } : report;
}

/** The stacks of a program that have files; none of anything else. */
export function stacksAt(input: Input): readonly string[] {
  return input.kind === "program" ? stacksOfProject(input.folder, input.file) : [];
}

/**
 * Judges a snapshot, and reports files by their paths from the current folder.
 *
 * @param folder the folder that the snapshot's files are named from
 * @param piped what was read from standard input
 */
export async function judgedAs(
  snapshot: Snapshot,
  { settings, waivers }: LoadedSettings,
  { version, withFacts = false }: Pick<CheckOptions, "version" | "withFacts">,
  folder: string,
  piped?: string,
): Promise<Extract<Outcome, { kind: "judged" }>> {
  const judgement = await judgeSnapshot(snapshot, {
    settings,
    ...(waivers && { waivers }),
    ...(withFacts && { factsBy: "none" }),
  });
  const { project, stack } = snapshot;
  const strict = settings.strict && ({ strict: true } as const);
  const report = reportOf({ project, stack, version, ...strict }, judgement);
  const here = process.cwd();
  const textOf = sourceTextsIn(here);
  const placed = atProperties(withSourcesFrom(report, resolve(folder), here), (file) =>
    file === "stdin" && piped !== undefined ? piped : textOf(file),
  );
  return { kind: "judged", report: placed, snapshot };
}
