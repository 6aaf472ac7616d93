import { LineCounter, parseDocument } from "yaml";
import { parseDuration } from "../core/duration";
import type { RecordedFunction } from "../engine";
import { yamlProblem } from "../engine/yaml-text";
import { defaultSettings, type Settings } from "../policy-pack/findings/settings";
import { SettingsProblem, YamlPlace } from "./yaml-place";

/** The content of `agentid.yaml`. */
export interface SettingsFile {
  /** All but the baseline, which is a file of its own. */
  readonly settings: Omit<Settings, "baseline">;
  /** Path of the baseline as written, relative to the settings file. */
  readonly baseline?: string;
  /** Path of the waivers file as written, relative to the settings file. */
  readonly waivers?: string;
  /** Recorded answers to provider functions, for the offline preview. */
  readonly functions: readonly RecordedFunction[];
  /** Where settings are, by their path: `baseline`, `levels.no-shared-secret`. */
  readonly places: ReadonlyMap<string, Place>;
}

/** A place in the file. */
type Place = ReturnType<YamlPlace["position"]>;

/** Settings, or one sentence with the place of the first mistake: `<file>:<line>:<column>: <message>`. */
export type ParsedSettings =
  | { readonly kind: "ok"; readonly value: SettingsFile }
  | { readonly kind: "problem"; readonly problem: string };

const levels = ["mandatory", "advisory", "disabled"] as const;
const patternKinds = ["namespaces", "accounts", "rolePaths", "names"] as const;

/**
 * Reads settings.
 *
 * @param file how the file is named in messages
 * @param ruleIds ids that `levels` may name
 */
export function parseSettings(
  text: string,
  file: string,
  ruleIds: readonly string[],
): ParsedSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { problem } = yamlProblem(error, file, lines);
    // The YAML parser descends a call for each level and reports the end of its stack as an error of the text.
    return {
      kind: "problem",
      problem: problem.replace(/maximum call stack.*/s, "nested too deep"),
    };
  }
  try {
    const root = new YamlPlace(document.contents, document, { file, lines }, "");
    return { kind: "ok", value: settingsOf(root, ruleIds) };
  } catch (error) {
    if (error instanceof SettingsProblem) return { kind: "problem", problem: error.message };
    throw error;
  }
}

/** The defaults without a file. */
export const noSettingsFile: SettingsFile = {
  settings: defaultSettings,
  functions: [],
  places: new Map(),
};

function settingsOf(root: YamlPlace, ruleIds: readonly string[]): SettingsFile {
  const fields = root.fields([
    "scope",
    "tenants",
    "maxSession",
    "maxToken",
    "undetermined",
    "strict",
    "levels",
    "baseline",
    "waivers",
    "functions",
  ]);
  const baseline = fields.get("baseline")?.text("the path of a baseline file");
  const maxSessionSeconds = secondsOf(fields.get("maxSession"));
  const waivers = fields.get("waivers")?.text("the path of a waivers file");
  const levelsByRule = fields.get("levels")?.entries("levels by rule") ?? [];
  return {
    settings: {
      scope: fields.get("scope")?.choice(["all", "declared"]) ?? defaultSettings.scope,
      tenants: Object.fromEntries(
        (fields.get("tenants")?.entries("tenants by name") ?? []).map(({ key, value }) => [
          key.name,
          patternsOf(value),
        ]),
      ),
      ...(maxSessionSeconds !== undefined && { maxSessionSeconds }),
      maxTokenSeconds: secondsOf(fields.get("maxToken")) ?? defaultSettings.maxTokenSeconds,
      undetermined:
        fields.get("undetermined")?.choice(["rule", "mandatory", "advisory"]) ??
        defaultSettings.undetermined,
      ...(fields.get("strict")?.flag() === true && { strict: true }),
      levels: Object.fromEntries(
        levelsByRule.map(({ key, value }) => {
          key.mustBeOneOf(ruleIds, "rule");
          return [key.name, value.choice(levels)];
        }),
      ),
    },
    ...(baseline !== undefined && { baseline }),
    ...(waivers !== undefined && { waivers }),
    functions: fields.get("functions")?.items("a list of recorded answers").map(functionOf) ?? [],
    places: new Map([
      ...Array.from(fields, ([name, place]) => [name, place.position()] as const),
      ...levelsByRule.map(({ key, value }) => [`levels.${key.name}`, value.position()] as const),
    ]),
  };
}

function patternsOf(place: YamlPlace): Settings["tenants"][string] {
  const fields = place.fields(patternKinds);
  const listOf = (kind: (typeof patternKinds)[number]): readonly string[] =>
    fields
      .get(kind)
      ?.items("a list of patterns")
      .map((item) => item.text("a pattern")) ?? [];
  for (const account of fields.get("accounts")?.items("a list of accounts") ?? []) {
    const id = account.text("an account id");
    if (!/^\d{12}$/.test(id))
      throw account.problem("this is no AWS account id; write twelve digits");
  }
  return {
    namespaces: listOf("namespaces"),
    accounts: listOf("accounts"),
    rolePaths: listOf("rolePaths"),
    names: listOf("names"),
  };
}

function secondsOf(place: YamlPlace | undefined): number | undefined {
  if (place === undefined) return undefined;
  const parsed = parseDuration(place.text("a duration such as `1h`"));
  if (!parsed.ok)
    throw place.problem("this is no duration with a unit; write one such as `1h` or `30m`");
  return parsed.seconds;
}

function functionOf(place: YamlPlace): RecordedFunction {
  const fields = place.fields(["token", "args", "provider", "result"]);
  const token = fields.get("token")?.text("the token of a function");
  const result = fields.get("result")?.record("what the function returns");
  if (token === undefined)
    throw place.problem("`token` is missing; name the function that is answered");
  if (result === undefined)
    throw place.problem("`result` is missing; give what the function returns");
  const args = fields.get("args")?.record("arguments by name");
  const provider = fields.get("provider")?.text("the name of a provider");
  return {
    token,
    ...(args !== undefined && { args }),
    ...(provider !== undefined && { provider }),
    result,
  };
}
