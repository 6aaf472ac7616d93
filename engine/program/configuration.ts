import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ConfiguredValue, SnapshotNote } from "../../core/snapshot/resource";
import { Secret, type ConfiguredSecret } from "../../core/snapshot/value";
import { messageOf, parseYaml, type Parsed } from "../yaml-text";
import { regularFile } from "../regular-file";
import { configuredSecret, memberOf, secretOfStandIn } from "./configured-secret";
import { isPlaceholder } from "./placeholder";
import { plainRecord } from "./plain";
import type { Project } from "./project";
import { withUsersValue, withStandIns, type StandIns } from "./secret-parts";
import { shortName, stacksIn } from "./stacks";

/** The configuration a program runs with. */
export interface Configuration {
  readonly stack: string;
  /** Texts by full key, such as `aws:region`. */
  readonly values: Readonly<Record<string, string>>;
  /** Full keys whose values are secret. */
  readonly secretKeys: readonly string[];
  /** The sources of further values that were not read, in words; empty where there are none. */
  readonly unread: string;
  readonly notes: readonly SnapshotNote[];
}

const DEFAULT_STACK = "dev";

/** Most stacks that a sentence names. */
const MOST_STACKS = 5;

/**
 * Collects a program's configuration: defaults of the project, then the stack's file, then the user's options.
 *
 * In place of each secret value the program receives a stand-in, which depends only on the key. A value that the user invents for
 * a preview would decide the verdict.
 *
 * @param stack by default the only stack that has a file, else `dev`; refused without a file where others have one and nothing
 * is overridden
 * @param overrides texts by `key` or `project:key`
 * @param secretOverrides keys of overrides that are secret
 */
export function readConfiguration(
  project: Project,
  stack: string | undefined,
  overrides: Readonly<Record<string, string>>,
  secretOverrides: readonly string[] = [],
): Parsed<Configuration> {
  const stacks = stacksIn(project.stacksDirectory);
  const only = stacks.length === 1 ? stacks[0] : undefined;
  const chosen = stack ?? only ?? DEFAULT_STACK;
  const fullName = (key: string): string => (key.includes(":") ? key : `${project.name}:${key}`);
  const values: Record<string, string> = {};
  const given = new Set(Object.keys(overrides).map(fullName));
  const secretKeys = new Set<string>(secretOverrides.map(fullName));
  const standIns: StandIns = new Map();
  const encrypted = new Map<string, unknown>();
  const notes: SnapshotNote[] = [];
  let unread = "";

  for (const [key, declared] of Object.entries(project.config)) {
    const value = projectDefault(declared);
    if (value !== undefined) values[fullName(key)] = asText(value);
    if (plainRecord(declared)["secret"] === true) secretKeys.add(fullName(key));
  }

  const file = stackFile(project.stacksDirectory, chosen);
  if (file === undefined && stack !== undefined && stacks.length > 0 && given.size === 0) {
    return { kind: "problem", problem: noStack(stack, stacks, project.stacksDirectory) };
  }
  if (file !== undefined) {
    const text = textOf(file);
    if (text.kind === "problem") return text;
    const parsed = parseYaml(text.value, file);
    if (parsed.kind === "problem") return parsed;
    const fields = plainRecord(parsed.value);
    for (const [key, value] of Object.entries(plainRecord(fields["config"]))) {
      const full = fullName(key);
      if (isPlaceholder(value)) continue;
      const opened = withStandIns(value, configuredSecret(full), standIns);
      values[full] = asText(opened.value);
      if (!opened.encrypted) continue;
      secretKeys.add(full);
      encrypted.set(full, opened.value);
    }
    if (fields["environment"] !== undefined) {
      unread = `the \`environment\` of stack \`${chosen}\``;
      notes.push({ kind: "not-read", message: `${unread} lives in a service and was not read` });
    }
  }
  for (const [key, value] of Object.entries(overrides)) {
    if (!isPlaceholder(value)) values[fullName(key)] = value;
  }
  const wholly = new Set(secretOverrides.map(fullName));
  for (const key of secretKeys) {
    const value = values[key];
    if (value === undefined) continue;
    const parts = wholly.has(key) ? undefined : withUsersValue(encrypted.get(key), value);
    values[key] = asText(parts ?? configuredSecret(key).standIn);
  }
  return {
    kind: "ok",
    value: { stack: chosen, values, secretKeys: [...secretKeys], unread, notes },
  };
}

/** Shorter texts are no credentials of which it would be said where they come from. */
const SHORTEST_TEXT = 8;

/**
 * The values of a configuration with their keys, objects and lists also by what is within them.
 *
 * A value is there by its text, and by the stand-in that a program receives that reads it as a secret. Of an object that is encrypted
 * as a whole there is nothing within: what it has is not known.
 */
export function configuredValues({ values }: Configuration): readonly ConfiguredValue[] {
  return Object.entries(values).flatMap(([key, text]) =>
    valuesWithin(key, membersOf(text), configuredSecret(key)),
  );
}

/** A value as the program may read it: texts of objects and lists as these. */
function membersOf(text: string): unknown {
  try {
    const parsed: unknown = /^\s*[[{]/.test(text) ? JSON.parse(text) : text;
    return parsed;
  } catch {
    return text;
  }
}

function valuesWithin(
  key: string,
  value: unknown,
  standIn: ConfiguredSecret,
): readonly ConfiguredValue[] {
  const itself = { key, value: standIn };
  if (typeof value === "string") {
    const encrypted = secretOfStandIn(value);
    if (encrypted !== undefined) return [itself, { key, value: encrypted }];
    return value.length < SHORTEST_TEXT
      ? [itself]
      : [itself, { key, value: new Secret(value, true) }];
  }
  if (typeof value !== "object" || value === null) return [itself];
  const isArray = Array.isArray(value);
  const within = Object.entries(value).flatMap(([step, item]: [string, unknown]) =>
    valuesWithin(isArray ? `${key}[${step}]` : `${key}.${step}`, item, memberOf(standIn, step)),
  );
  return [itself, ...within];
}

/** Where other stacks have files, one without is a name that is mistyped more often than one with nothing to configure. */
function noStack(stack: string, stacks: readonly string[], directory: string): string {
  const short = shortName(stack);
  const have = stacks.slice(0, MOST_STACKS).map((name) => `\`${name}\``);
  const left = stacks.length - have.length;
  return (
    `no \`Pulumi.${short}.yaml\` in \`${directory}\`, where ${have.join(", ")}${left > 0 ? ` and ${left} more` : ""} ` +
    `${stacks.length === 1 ? "has a file" : "have files"}; write an empty one where the stack configures nothing`
  );
}

function textOf(file: string): Parsed<string> {
  try {
    return { kind: "ok", value: readFileSync(regularFile(file), "utf8") };
  } catch (error) {
    return { kind: "problem", problem: `cannot read \`${file}\`: ${messageOf(error)}` };
  }
}

/** The name of the file with the configuration of a stack: the one that is there, else the usual one. */
export function stackFileName(directory: string, stack: string): string {
  return basename(stackFile(directory, stack) ?? `Pulumi.${shortName(stack)}.yaml`);
}

function stackFile(directory: string, stack: string): string | undefined {
  const short = shortName(stack);
  return ["yaml", "yml", "json"]
    .map((extension) => join(directory, `Pulumi.${short}.${extension}`))
    .find((path) => existsSync(path));
}

/** A project's `config` entry is a plain value or an object with `value` or `default`. */
function projectDefault(declared: unknown): unknown {
  if (typeof declared !== "object" || declared === null || Array.isArray(declared)) return declared;
  const fields = plainRecord(declared);
  return fields["value"] ?? fields["default"];
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** What to add to a sentence about a missing value: unread sources may have it. */
export function mayBeUnread(unread: string): string {
  return unread === "" ? "" : `; ${unread} may have it, and was not read`;
}
