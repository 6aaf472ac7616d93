import { isScalar } from "yaml";
import { Secret, isList, isRecord, type Value } from "../../core/snapshot/value";
import { mayBeUnread, type Configuration } from "../program/configuration";
import { configuredSecret } from "../program/configured-secret";
import type { Evaluator } from "./evaluator";
import { plainText } from "./functions";
import { ProgramProblem } from "./problem";
import { entriesOf, entryOf, type Entry } from "./template";

/**
 * The value of an entry of the program's configuration: of the stack or the user, else its default, of its declared type.
 * Throws where it has none.
 */
export function configuredValue(
  entry: Entry,
  project: string,
  configuration: Configuration,
  evaluator: Evaluator,
): Value {
  const fields = isScalar(entry.value) ? [] : entriesOf(entry.value, entry.name);
  const named = plain(entryOf(fields, "name"));
  const name = typeof named === "string" && named !== "" ? named : entry.name;
  const key = name.includes(":") ? name : `${project}:${name}`;
  const given = configuration.values[key];
  const declared = plain(entryOf(fields, "type"));
  const standard = isScalar(entry.value) ? entry.value : entryOf(fields, "default");
  const fallback = standard === undefined ? undefined : evaluator.evaluate(standard).value;
  const isSecret =
    configuration.secretKeys.includes(key) || plain(entryOf(fields, "secret")) === true;
  const mayBeThere = given !== undefined || (fallback === undefined && configuration.unread !== "");
  if (isSecret && mayBeThere) return configuredSecret(key);
  if (given === undefined && fallback === undefined) {
    const message = `configuration \`${key}\` has no value; set it with --config ${key}=VALUE`;
    throw new ProgramProblem(message + mayBeUnread(configuration.unread), entry.offset);
  }
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
