import { dirname, isAbsolute, join, resolve } from "node:path";
import type { Day } from "../core/day";
import type { RecordedFunction } from "../engine";
import { baselineOf, parseBaseline, type KnownFinding } from "../policy-pack/run/baseline";
import type { Settings } from "../policy-pack/findings/settings";
import { readWaivers } from "../policy-pack/run/waivers/read-waivers";
import type { Waivers } from "../policy-pack/run/waivers/waiver";
import { printProblems } from "../yaml/problems";
import { CouldNotRun } from "./failure";
import { readText } from "./files";
import { isWithin, repositoryOf } from "../policy-pack/files/repository";
import { noSettingsFile, parseSettings } from "./settings-file";

/** Settings with everything they point at. */
export interface LoadedSettings {
  readonly settings: Settings;
  /** What is waived; undefined where no file is named. */
  readonly waivers?: Waivers;
  readonly functions: readonly RecordedFunction[];
  /** The files that baseline and waivers were read from, absolute. */
  readonly files: { readonly baseline?: string; readonly waivers?: string };
}

/** Files that take the place of those the settings name, and the day it is. */
interface Given {
  /** A baseline file; `none` for no baseline at all. */
  readonly baseline?: string | { readonly kind: "none" };
  readonly waivers?: string;
  readonly today: Day;
}

/**
 * Reads settings, and the baseline and waivers they name.
 *
 * @param file the settings file; without it, defaults
 */
export function loadSettings(
  file: string | undefined,
  given: Given,
  ruleIds: readonly string[],
): LoadedSettings {
  const parsed =
    file === undefined
      ? { kind: "ok" as const, value: noSettingsFile }
      : parseSettings(readText(file, "the settings"), file, ruleIds);
  if (parsed.kind === "problem") throw new CouldNotRun(parsed.problem);
  const { settings, functions } = parsed.value;
  const beside = (option: "baseline" | "waivers"): string | undefined => {
    const named = parsed.value[option];
    if (named === undefined || file === undefined) return undefined;
    const path = isAbsolute(named) ? named : join(dirname(file), named);
    if (isWithin(path, repositoryOf(dirname(file)))) return path;
    throw new CouldNotRun(
      `\`${option}\` in \`${file}\` names a file outside its repository; give that by \`--${option}\``,
    );
  };
  const chosen = given.baseline ?? beside("baseline");
  const waivers = given.waivers ?? beside("waivers");
  return {
    settings: {
      ...settings,
      baseline: typeof chosen === "string" ? baselineOf(readBaseline(chosen)) : new Map(),
    },
    ...(waivers !== undefined && { waivers: readWaiversFile(waivers, given.today) }),
    functions,
    files: {
      ...(typeof chosen === "string" && { baseline: resolve(chosen) }),
      ...(waivers !== undefined && { waivers: resolve(waivers) }),
    },
  };
}

function readWaiversFile(file: string, today: Day): Waivers {
  const read = readWaivers(readText(file, "the waivers"), resolve(file));
  if (read.kind === "ok") return { entries: read.waivers, today };
  throw new CouldNotRun(printProblems(file, read.problems));
}

/** The findings of a baseline file. */
function readBaseline(file: string): readonly KnownFinding[] {
  const parsed = parseBaseline(readText(file, "the baseline"));
  if (parsed.kind === "problem") throw new CouldNotRun(`baseline \`${file}\` ${parsed.problem}`);
  return parsed.known;
}
