import { isDeepStrictEqual } from "node:util";
import { isNewlySilenced, type Silenced } from "../../policy-pack/findings/silenced";
import { settingsFor, type CheckOptions } from "../check";
import { classifyInput } from "../input";
import type { LoadedSettings } from "../load-settings";

/**
 * The settings as they were at a revision; undefined where there is nothing that can be read, so that all of now are new.
 *
 * @param path the copy of the program
 * @param copyOf where the copy of a file is
 */
export function settingsAt(
  path: string,
  copyOf: (file: string) => string,
  options: CheckOptions,
): LoadedSettings | undefined {
  const { settings, waivers, baseline, ...others } = options;
  const atRevision = {
    ...others,
    ...(settings !== undefined && { settings: copyOf(settings) }),
    ...(waivers !== undefined && { waivers: copyOf(waivers) }),
  };
  const known = typeof baseline === "string" ? copyOf(baseline) : baseline;
  // A baseline that was not there then takes no other setting with it.
  for (const given of [known, { kind: "none" as const }]) {
    try {
      const input = classifyInput(path);
      return settingsFor(input, { ...atRevision, ...(given !== undefined && { baseline: given }) });
    } catch {
      continue;
    }
  }
  return undefined;
}

/** Whether a setting silences more than those of before did. What they contain is compared, and reported nowhere. */
export function newSettings(
  now: LoadedSettings,
  before: LoadedSettings | undefined,
): (one: Silenced) => boolean {
  if (before === undefined) return () => true;
  const { functions, settings } = before;
  const isSame = ({ kind }: Silenced): boolean =>
    kind === "answers"
      ? now.functions.every((each) => functions.some((other) => isDeepStrictEqual(each, other)))
      : Array.from(now.settings.baseline).every(([fingerprint, known]) =>
          isDeepStrictEqual(known, settings.baseline.get(fingerprint)),
        );
  return (one) => isNewlySilenced(one, before.silenced, isSame);
}
