import {
  Unknown,
  isList,
  isRecord,
  type Value,
  type ValueRecord,
} from "../../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../../core/snapshot/record";
import { resultsOf } from "./result-shape";

/** A call without an answer: of a function, or the reading of a resource. */
export interface MissingAnswer {
  readonly token: string;
  readonly args: ValueRecord;
  /** Name of the provider; undefined for the default one. */
  readonly provider: string | undefined;
}

/** Longest value of an argument that is shown, in characters. */
const LONGEST_VALUE = 500;

/**
 * The `functions` of an agentid.yaml that would answer calls, with a placeholder for each value that is to be filled in; empty
 * without calls.
 *
 * @param directory the program's folder, whose packages declare what a function gives
 */
export function recordable(missing: readonly MissingAnswer[], directory: string): string {
  const entries = new Set(missing.map((each) => entryOf(each, directory)));
  return entries.size === 0 ? "" : ["functions:", ...[...entries].sort()].join("\n");
}

function entryOf({ token, args, provider }: MissingAnswer, directory: string): string {
  const named = Object.entries(args).filter(([, value]) => isShown(value));
  const results =
    token === STACK_REFERENCE
      ? [{ name: "outputs", is: "object" }]
      : (resultsOf(token, directory) ?? []);
  const known = new Map(named);
  const lines = results.map(({ name, is }) => {
    const value = known.get(name);
    return `      ${name}: ${value === undefined ? `"<${is}>"` : quoted(value)}`;
  });
  return [
    `  - token: ${quoted(token)}`,
    ...(named.length === 0 ? [] : [`    args: ${quoted(Object.fromEntries(named))}`]),
    ...(provider === undefined ? [] : [`    provider: ${quoted(provider)}`]),
    ...(lines.length === 0 ? ['    result: { NAME: "<value>" }'] : ["    result:", ...lines]),
  ].join("\n");
}

/** The type of what reads the outputs of another stack. */
export const STACK_REFERENCE = "pulumi:pulumi:StackReference";

/** A text with a stand-in: of secret or missing configuration, or of the organization. */
const standIn = /encrypted-\d+-value|organization-of-this-stack/;

/** Whether a value identifies a call and may be shown: neither a secret nor unknown. */
function isShown(value: Value): boolean {
  if (isList(value)) return value.every(isShown);
  if (isRecord(value)) return Object.values(value).every(isShown);
  if (typeof value === "string") return value.length <= LONGEST_VALUE && !standIn.test(value);
  return value === null || typeof value === "number" || typeof value === "boolean";
}

/** A value in JSON, which is YAML as well. */
function quoted(value: unknown): string {
  return JSON.stringify(value).replace(/[^ -~]/gu, (sign) =>
    [...Array(sign.length).keys()]
      .map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** A recorded answer with unknowns in place of placeholders. */
export function withoutPlaceholders(value: unknown): Value {
  if (typeof value === "string") {
    return /^<(?:text|number|boolean|list|object|value)>$/.test(value) ? new Unknown() : value;
  }
  if (Array.isArray(value)) return value.map(withoutPlaceholders);
  if (typeof value !== "object" || value === null) return value as Value;
  const record: OpenRecord = {};
  for (const [key, item] of Object.entries(value)) setOwn(record, key, withoutPlaceholders(item));
  return record;
}
