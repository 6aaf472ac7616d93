import { isScalar } from "yaml";
import { Secret, type Value } from "../../core/snapshot/value";
import type { Configuration } from "../program/configuration";
import type { Evaluator } from "./evaluator";
import { plainText } from "./functions";
import { ProgramProblem } from "./problem";
import { entriesOf, entryOf, type Entry } from "./template";

/**
 * What an entry of the program's configuration is worth: what the stack or the user says, else its default, of the type
 * that it declares. Throws where it has none.
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
  if (given === undefined && fallback === undefined) {
    const message = `configuration \`${key}\` has no value; set it with --config ${key}=VALUE`;
    throw new ProgramProblem(message, entry.offset);
  }
  const isText =
    declared === undefined ? isTextual(fallback) : /^string$/i.test(plainText(declared));
  const value = given === undefined ? (fallback ?? null) : isText ? given : parsed(given);
  const isSecret =
    configuration.secretKeys.includes(key) || plain(entryOf(fields, "secret")) === true;
  return isSecret ? new Secret(value) : value;
}

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
