import { dirname, isAbsolute, join, resolve } from "node:path";
import type { Day } from "../core/day";
import type { RecordedFunction } from "../engine";
import { baselineOf, parseBaseline, type KnownFinding } from "../policy-pack/run/baseline";
import { silencedIn, type SetBy, type Silenced } from "../policy-pack/findings/silenced";
import type { Rule } from "../policy-pack/findings/define-rule";
import type { Settings } from "../policy-pack/findings/settings";
import { readWaivers } from "../policy-pack/run/waivers/read-waivers";
import type { Waivers } from "../policy-pack/run/waivers/waiver";
import { printProblems } from "../yaml/problems";
import { CouldNotRun } from "./failure";
import { readText } from "./files";
import { isWithin, repositoryOf } from "../policy-pack/files/repository";
import { noSettingsFile, parseSettings, type SettingsFile } from "./settings-file";
import { pathFrom } from "./source-paths";

/** Settings with everything they point at. */
export interface LoadedSettings {
  readonly settings: Settings;
  /** What is waived; undefined where no file is named. */
  readonly waivers?: Waivers;
  readonly functions: readonly RecordedFunction[];
  /** The settings that silence, with places from the folder that the command runs in. */
  readonly silenced: readonly Silenced[];
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
  rules: readonly Rule[],
): LoadedSettings {
  if (file === undefined) return loaded(noSettingsFile, undefined, given, rules);
  const ids = rules.map(({ id }) => id);
  const parsed = parseSettings(readText(file, "the settings"), file, ids);
  if (parsed.kind === "problem") throw new CouldNotRun(parsed.problem);
  return loaded(parsed.value, file, given, rules);
}

/** How settings without a file are named. */
const withoutFile = "settings";

/**
 * Settings that are given as an object with the fields of a settings file; paths in it are from the current folder.
 *
 * Throws {@link CouldNotRun} with the first mistake.
 */
export function givenSettings(
  fields: object,
  given: Given,
  rules: readonly Rule[],
): LoadedSettings {
  const ids = rules.map(({ id }) => id);
  // JSON is YAML.
  const parsed = parseSettings(JSON.stringify(fields), withoutFile, ids);
  if (parsed.kind === "ok") {
    const { baseline, waivers } = parsed.value;
    const named = {
      ...(baseline !== undefined && { baseline }),
      ...(waivers !== undefined && { waivers }),
    };
    // The caller chooses the files, as by an option: they may be in any folder.
    return loaded(parsed.value, withoutFile, { ...given, ...named }, rules);
  }
  // The position is in a text that was made of an object.
  throw new CouldNotRun(parsed.problem.replace(/^settings:\d+:\d+/, withoutFile));
}

function loaded(
  read: SettingsFile,
  file: string | undefined,
  given: Given,
  rules: readonly Rule[],
): LoadedSettings {
  const { functions, places } = read;
  const beside = (option: "baseline" | "waivers"): string | undefined => {
    const named = read[option];
    if (named === undefined || file === undefined) return undefined;
    const path = isAbsolute(named) ? named : join(dirname(file), named);
    if (isWithin(path, repositoryOf(dirname(file)))) return path;
    throw new CouldNotRun(
      `\`${option}\` in \`${file}\` names a file outside its repository; give that by \`--${option}\``,
    );
  };
  const chosen = given.baseline ?? beside("baseline");
  const waivers = given.waivers ?? beside("waivers");
  const known = typeof chosen === "string" ? readBaseline(chosen) : [];
  const settings = { ...read.settings, baseline: baselineOf(known) };
  const here = process.cwd();
  const setBy = (setting: string): SetBy => {
    const place = places.get(setting);
    const by = file === undefined ? "" : pathFrom(file, here, here);
    return { by, ...(place && { source: { file: by, ...place } }) };
  };
  return {
    settings,
    silenced: [
      ...silencedIn(settings, rules, setBy),
      ...answersSilence(functions.length, setBy("functions")),
      ...(typeof chosen === "string"
        ? baselineSilences(
            pathFrom(chosen, here, here),
            known.length,
            given.baseline === undefined ? setBy("baseline") : { by: "--baseline" },
          )
        : []),
    ],
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

function answersSilence(count: number, by: SetBy): readonly Silenced[] {
  return count === 0 ? [] : [{ kind: "answers", subject: "functions", count, ...by }];
}

function baselineSilences(subject: string, count: number, by: SetBy): readonly Silenced[] {
  return count === 0 ? [] : [{ kind: "baseline", subject, count, ...by }];
}

/** The findings of a baseline file. */
function readBaseline(file: string): readonly KnownFinding[] {
  const parsed = parseBaseline(readText(file, "the baseline"));
  if (parsed.kind === "problem") throw new CouldNotRun(`baseline \`${file}\` ${parsed.problem}`);
  return parsed.known;
}
