import { dirname, resolve } from "node:path";
import type { RecordedFunction } from "../engine";
import { parseBaseline } from "../policy-pack/baseline";
import type { Settings } from "../policy-pack/settings";
import { CouldNotRun } from "./failure";
import { readText } from "./files";
import { noSettingsFile, parseSettings } from "./settings-file";

/** Settings with everything they point at. */
export interface LoadedSettings {
  readonly settings: Settings;
  readonly functions: readonly RecordedFunction[];
}

/**
 * Reads settings and the baseline they name.
 *
 * @param file the settings file; without it, defaults
 * @param baseline a baseline file that takes the place of the one the settings name; `none` for no baseline at all
 */
export function loadSettings(
  file: string | undefined,
  baseline: string | { readonly kind: "none" } | undefined,
  ruleIds: readonly string[],
): LoadedSettings {
  const parsed =
    file === undefined
      ? { kind: "ok" as const, value: noSettingsFile }
      : parseSettings(readText(file, "the settings"), file, ruleIds);
  if (parsed.kind === "problem") throw new CouldNotRun(parsed.problem);
  const { settings, functions, baseline: named } = parsed.value;
  const beside = named === undefined ? undefined : resolve(dirname(file ?? ""), named);
  const chosen = baseline ?? beside;
  return {
    settings: {
      ...settings,
      baseline: typeof chosen === "string" ? readBaseline(chosen) : new Set(),
    },
    functions,
  };
}

/** The fingerprints in a baseline file. */
export function readBaseline(file: string): ReadonlySet<string> {
  const parsed = parseBaseline(readText(file, "the baseline"));
  if (parsed.kind === "problem") throw new CouldNotRun(`baseline \`${file}\` ${parsed.problem}`);
  return new Set(parsed.known.map((known) => known.fingerprint));
}
