import { Unknown, isList, isRecord, type Value } from "../../../core/snapshot/value";
import { embeddedYaml } from "./embedded-yaml";

/** Stands in a text for what is not known of it; YAML takes it for a plain word. */
const placeholder = /unknown-part-(\d+)-/;

/**
 * The value of a YAML text of which only parts are known, with what is not known in its place; undefined where it is none.
 */
export function partialYaml(parts: readonly (string | Unknown)[]): Value | undefined {
  const unknowns: Unknown[] = [];
  const text = parts
    .map((part) => (typeof part === "string" ? part : `unknown-part-${unknowns.push(part) - 1}-`))
    .join("");
  const value = embeddedYaml(text);
  return value === undefined ? undefined : restored(value, unknowns);
}

function restored(value: Value, unknowns: readonly Unknown[]): Value {
  if (typeof value === "string") {
    const found = placeholder.exec(value)?.[1];
    return found === undefined ? value : (unknowns[Number(found)] ?? value);
  }
  if (isList(value)) return value.map((each) => restored(each, unknowns));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, restored(each, unknowns)]),
  );
}
