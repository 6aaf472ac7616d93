import { isScalar } from "yaml";
import { Secret, isList, isRecord, type Value } from "../../core/snapshot/value";
import type { Configuration } from "../program/configuration";
import type { ConfigurationForm } from "../program/prelude";
import { configuredSecret } from "../program/configured-secret";
import type { Evaluator } from "./evaluator";
import { plainText } from "./functions";
import { ProgramProblem } from "./problem";
import { entriesOf, entryOf, type Entry } from "./template";

/** Configuration that the program declares and that has no value. */
export interface Unconfigured {
  readonly key: string;
  readonly form: ConfigurationForm;
  readonly isSecret: boolean;
  readonly offset: number;
}

/** Configuration without a value; undefined where it has one, or a source that was not read may have it. */
export function unconfigured(
  entry: Entry,
  project: string,
  { values, secretKeys, unread }: Configuration,
): Unconfigured | undefined {
  const { key, fields, isMarked } = declaredIn(entry, project);
  const isSecret = isMarked || secretKeys.includes(key);
  const hasDefault = isScalar(entry.value) || entryOf(fields, "default") !== undefined;
  if (hasDefault || values[key] !== undefined || (isSecret && unread !== "")) return undefined;
  return { key, isSecret, form: formOf(plain(entryOf(fields, "type"))), offset: entry.offset };
}

function formOf(type: Value | undefined): ConfigurationForm {
  const name = type === undefined ? "string" : plainText(type).toLowerCase();
  if (name === "string") return "text";
  if (name === "integer" || name === "number") return "number";
  return name === "boolean" ? "boolean" : "object";
}

/** What an entry declares: the full key, its fields, and whether it is marked as secret. */
function declaredIn(
  entry: Entry,
  project: string,
): { readonly key: string; readonly fields: readonly Entry[]; readonly isMarked: boolean } {
  const fields = isScalar(entry.value) ? [] : entriesOf(entry.value, entry.name);
  const named = plain(entryOf(fields, "name"));
  const name = typeof named === "string" && named !== "" ? named : entry.name;
  const key = name.includes(":") ? name : `${project}:${name}`;
  return { key, fields, isMarked: plain(entryOf(fields, "secret")) === true };
}

/**
 * The value of an entry of the program's configuration: of the stack or the user, else its default, of its declared type.
 *
 * @param entry one that is not {@link unconfigured}
 */
export function configuredValue(
  entry: Entry,
  project: string,
  configuration: Configuration,
  evaluator: Evaluator,
): Value {
  const { key, fields, isMarked } = declaredIn(entry, project);
  const given = configuration.values[key];
  const declared = plain(entryOf(fields, "type"));
  const standard = isScalar(entry.value) ? entry.value : entryOf(fields, "default");
  const fallback = standard === undefined ? undefined : evaluator.evaluate(standard).value;
  const isSecret = configuration.secretKeys.includes(key) || isMarked;
  const mayBeThere = given !== undefined || (fallback === undefined && configuration.unread !== "");
  if (isSecret && mayBeThere) return configuredSecret(key);
  const type = declared === undefined ? undefined : plainText(declared).toLowerCase();
  const isText = type === undefined ? isTextual(fallback) : type === "string";
  const value = given === undefined ? (fallback ?? null) : isText ? given : parsed(given);
  const isType = type !== undefined && Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (isType?.(value) === false) {
    throw new ProgramProblem(`configuration \`${key}\` is not of type \`${type}\``, entry.offset);
  }
  return isSecret ? new Secret(value) : value;
}

/** What a value of each simple type is, by its name in lower case; of all others the language host sees to it. */
const TYPES: Readonly<Record<string, (value: Value) => boolean>> = {
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  object: isRecord,
  array: isList,
};

function isTextual(fallback: Value | undefined): boolean {
  return fallback === undefined || fallback === null || typeof fallback === "string";
}

function parsed(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}

function plain(node: unknown): Value | undefined {
  return isScalar(node) ? (node.value as Value) : undefined;
}
