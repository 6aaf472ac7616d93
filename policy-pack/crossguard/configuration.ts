import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { PolicyConfigSchema } from "@pulumi/policy";
import type { Day } from "../../core/day";
import { parseDuration } from "../../core/duration";
import type { Level } from "../findings/finding";
import { baselineOf, parseBaseline } from "../run/baseline";
import type { Baseline } from "../findings/known";
import type { Rule } from "../findings/define-rule";
import { silencedIn, type Silenced } from "../findings/silenced";
import { defaultSettings, type Settings, type TenantPatterns } from "../findings/settings";
import { isWithin } from "../files/repository";
import { readWaivers } from "../run/waivers/read-waivers";
import type { Waivers } from "../run/waivers/waiver";
import { printProblems } from "../../yaml/problems";

/** What configures the pack: the properties of its policy `agentid`. All are optional. */
export interface Configuration {
  /** `declared`: rules about secrets, identity and lifetime look only at declared workloads. Default `all`. */
  readonly scope?: Settings["scope"];
  /** Tenants by name, with patterns of what is theirs; `*` and `?` are wildcards. Default none. */
  readonly tenants?: Readonly<Record<string, Partial<TenantPatterns>>>;
  /** Longest session, such as `1h`. Default `1h`. */
  readonly maxSession?: string;
  /** Longest projected token, such as `1h`. Default `1h`. */
  readonly maxToken?: string;
  /** Level of unknowns: `rule` keeps each rule's own. Default `rule`. */
  readonly undetermined?: Settings["undetermined"];
  /** Whether a report proves nothing with a resource that is not read. Default false. */
  readonly strict?: boolean;
  /** File of known fingerprints, absolute or relative to the pack's working directory. Default none. */
  readonly baseline?: string;
  /** File of waivers, absolute or relative to the pack's working directory. Default none. */
  readonly waivers?: string;
}

const choices = {
  scope: ["all", "declared"],
  undetermined: ["rule", "mandatory", "advisory"],
} as const;

const patternKinds = ["namespaces", "accounts", "rolePaths", "names"] as const;

const patterns = { type: "array", items: { type: "string" } } as const;

/** The configuration for the engine to check and to show. */
export const configurationSchema: PolicyConfigSchema = {
  properties: {
    scope: {
      type: "string",
      enum: [...choices.scope],
      description: "whether all workloads are judged, or only the declared ones",
    },
    tenants: {
      type: "object",
      description: "tenants by name, with patterns of what is theirs",
      additionalProperties: {
        type: "object",
        properties: Object.fromEntries(patternKinds.map((kind) => [kind, patterns])),
        additionalProperties: false,
      },
    },
    maxSession: { type: "string", description: "longest session, such as `1h`" },
    maxToken: { type: "string", description: "longest projected token, such as `1h`" },
    undetermined: {
      type: "string",
      enum: [...choices.undetermined],
      description: "level of what cannot be verified; `rule` keeps each rule's own",
    },
    strict: {
      type: "boolean",
      description: "whether a report proves nothing with a resource that is not read",
    },
    baseline: { type: "string", description: "file of fingerprints that are known" },
    waivers: { type: "string", description: "file of findings that an owner accepts" },
  },
};

/** A configuration that cannot be used. The message is a whole sentence for the user. */
export class ConfigurationProblem extends Error {
  override readonly name = "ConfigurationProblem";
}

/**
 * Settings from a configuration of unknown shape and the levels of single rules.
 *
 * Throws a {@link ConfigurationProblem} that names the property, the value and what is allowed.
 */
export function settingsFrom(
  configuration: Readonly<Record<string, unknown>>,
  levels: Readonly<Record<string, Level>>,
): Settings {
  for (const property of Object.keys(configuration)) {
    if (!Object.hasOwn(configurationSchema.properties, property)) {
      const known = Object.keys(configurationSchema.properties).join("`, `");
      throw problem(property, `is not known; allowed are \`${known}\``);
    }
  }
  const { scope, tenants, maxSession, maxToken, undetermined, strict, baseline } = configuration;
  const maxSessionSeconds = secondsOf("maxSession", maxSession);
  return {
    scope: choiceOf("scope", scope, choices.scope) ?? defaultSettings.scope,
    tenants: tenantsOf(tenants),
    ...(maxSessionSeconds !== undefined && { maxSessionSeconds }),
    maxTokenSeconds: secondsOf("maxToken", maxToken) ?? defaultSettings.maxTokenSeconds,
    undetermined:
      choiceOf("undetermined", undetermined, choices.undetermined) ?? defaultSettings.undetermined,
    ...(flagOf("strict", strict) && { strict: true }),
    baseline: baselineIn(baseline),
    levels,
  };
}

/** The settings of a configuration that silence: the engine does not pass where they are. */
export function silencedBy(
  { baseline }: Readonly<Record<string, unknown>>,
  settings: Settings,
  rules: readonly Rule[],
): readonly Silenced[] {
  const by = "the configuration of the policy pack";
  return [
    ...silencedIn(settings, rules, () => ({ by })),
    ...(typeof baseline === "string" && settings.baseline.size > 0
      ? [{ kind: "baseline", subject: baseline, by } as const]
      : []),
  ];
}

/**
 * The waivers in the file that a configuration names, or undefined where it names none.
 *
 * Throws a {@link ConfigurationProblem} with all mistakes in the file.
 */
export function waiversFrom(
  configuration: Readonly<Record<string, unknown>>,
  today: Day,
): Waivers | undefined {
  if (configuration["waivers"] === undefined) return undefined;
  const wanted = "the path of a waivers file";
  const { file, text } = readNamed("waivers", configuration["waivers"], wanted);
  const read = readWaivers(text, resolve(file));
  if (read.kind === "ok") return { entries: read.waivers, today };
  throw new ConfigurationProblem(`configuration: ${printProblems(file, read.problems)}`);
}

/**
 * Throws a {@link ConfigurationProblem} where a configuration names a file outside of all given places: it may come from the
 * judged pull request.
 */
export function refuseOutside(
  configuration: Readonly<Record<string, unknown>>,
  places: readonly string[],
): void {
  for (const property of ["baseline", "waivers"]) {
    const file = configuration[property];
    if (typeof file === "string" && !places.some((place) => isWithin(file, place))) {
      throw problem(
        property,
        "names a file outside the repository; list that in the variable AGENTID_FILES of who runs the preview",
      );
    }
  }
}

function choiceOf<const T extends string>(
  property: string,
  value: unknown,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const chosen = allowed.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  throw problem(property, `is not allowed; choose one of \`${allowed.join("`, `")}\``);
}

function flagOf(property: string, value: unknown): boolean {
  if (value === undefined || typeof value === "boolean") return value === true;
  throw problem(property, `is ${shown(value)}; write true or false`);
}

function secondsOf(property: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" && typeof value !== "number") {
    throw problem(property, `is ${shown(value)}; write a duration such as \`1h\``);
  }
  const parsed = parseDuration(value);
  if (parsed.ok) return parsed.seconds;
  throw problem(property, "is no duration with a unit; write one such as `1h` or `30m`");
}

function tenantsOf(value: unknown): Settings["tenants"] {
  if (value === undefined) return defaultSettings.tenants;
  if (!isObject(value)) throw problem("tenants", `is ${shown(value)}; give patterns by tenant`);
  return Object.fromEntries(
    Object.entries(value).map(([tenant, of]) => [tenant, patternsOf(`tenants.${tenant}`, of)]),
  );
}

function patternsOf(property: string, value: unknown): TenantPatterns {
  if (!isObject(value)) {
    throw problem(property, `is ${shown(value)}; give lists of patterns by kind`);
  }
  for (const kind of Object.keys(value)) {
    if (!patternKinds.some((known) => known === kind)) {
      throw problem(
        `${property}.${kind}`,
        `is not known; allowed are \`${patternKinds.join("`, `")}\``,
      );
    }
  }
  const listOf = (kind: (typeof patternKinds)[number]): readonly string[] => {
    const list = value[kind] ?? [];
    if (Array.isArray(list) && list.every((item) => typeof item === "string")) return list;
    throw problem(`${property}.${kind}`, `is ${shown(list)}; give a list of patterns`);
  };
  return {
    namespaces: listOf("namespaces"),
    accounts: listOf("accounts"),
    rolePaths: listOf("rolePaths"),
    names: listOf("names"),
  };
}

function baselineIn(given: unknown): Baseline {
  if (given === undefined) return defaultSettings.baseline;
  const wanted = "the path of a file that `agentid baseline` wrote";
  const { file, text } = readNamed("baseline", given, wanted);
  const parsed = parseBaseline(text);
  if (parsed.kind === "ok") return baselineOf(parsed.known);
  throw problem("baseline", `names \`${file}\`, which ${parsed.problem}`);
}

/** A file that the configuration names, with its text. */
function readNamed(
  property: string,
  file: unknown,
  wanted: string,
): { readonly file: string; readonly text: string } {
  if (typeof file !== "string") throw problem(property, `is ${shown(file)}; name a file`);
  try {
    if (!statSync(file).isFile()) throw new Error("no file");
    return { file, text: readFileSync(file, "utf8") };
  } catch {
    throw problem(property, `names \`${file}\`, which cannot be read; give ${wanted}`);
  }
}

function problem(property: string, what: string): ConfigurationProblem {
  return new ConfigurationProblem(`configuration: \`${property}\` ${what}`);
}

function shown(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  const kinds: Readonly<Record<string, string>> = { string: "a text", object: "an object" };
  return kinds[typeof value] ?? `a ${typeof value}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
