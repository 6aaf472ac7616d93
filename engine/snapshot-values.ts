import { createHmac, randomBytes } from "node:crypto";
import {
  LeftOut,
  PartialText,
  Secret,
  Unknown,
  isList,
  isRecord,
  type Value,
  type ValueRecord,
} from "../core/snapshot/value";
import { plainRecord } from "./program/plain";
import { setOwn, type OpenRecord } from "../core/snapshot/record";

/** The key that distinguishes a mark from a plain object in a snapshot file. */
const TAG = "$agentid";

/** Values nested deeper are not read. */
const MAX_DEPTH = 512;

/** What is wrong with a snapshot file, in one sentence. */
export class ValueProblem extends Error {}

/** Numbers secrets so that equal ones get equal numbers, by the credentials in them where they are texts. What it keeps is keyed and gone with the process. */
export class SecretOrdinals {
  readonly #key = randomBytes(32);
  readonly #known = new Map<string, number>();
  readonly #credentialOf: (text: string) => string;

  /** @param credentialOf what of a text is compared. Default: all of it */
  constructor(credentialOf: (text: string) => string = (text) => text) {
    this.#credentialOf = credentialOf;
  }

  of(value: string | number | boolean): number {
    const compared = typeof value === "string" ? this.#credentialOf(value) : value;
    const digest = createHmac("sha256", this.#key)
      .update(`${typeof value}:${compared}`)
      .digest("hex");
    const ordinal = this.#known.get(digest) ?? this.#known.size + 1;
    this.#known.set(digest, ordinal);
    return ordinal;
  }
}

/** How a value is written: as it is, or with ordinals for its scalars. */
type Mode = "open" | "hidden";

/** A text that is known in part, of which no known part may be shown: only credentials that are left out remain. */
export function withoutKnownText({ parts, dependsOn, secret }: PartialText): Unknown {
  const others = parts.filter((part) => typeof part !== "string");
  return others.some((part) => part instanceof LeftOut)
    ? new PartialText(others)
    : new Unknown(dependsOn, secret);
}

/** Writes a value as JSON data; marks become tagged objects, and objects that look like one are wrapped. */
export function writeValue(value: Value, ordinals: SecretOrdinals, mode: Mode = "open"): unknown {
  if (value === null) return null;
  if (value instanceof LeftOut) {
    const inner = { [TAG]: "redacted", ordinal: ordinals.of(value.standIn) };
    return mode === "open" && value.secret ? { [TAG]: "secret", value: inner } : inner;
  }
  if (value instanceof Unknown) {
    const isHidden = mode === "hidden" && value instanceof PartialText;
    const { parts: shown } = isHidden ? withoutKnownText(value) : value;
    const parts = shown?.map((part) => writeValue(part, ordinals));
    return {
      [TAG]: "unknown",
      ...(parts === undefined ? {} : { parts }),
      ...(value.dependsOn.length === 0 ? {} : { dependsOn: value.dependsOn }),
      ...(value.secret ? { secret: true } : {}),
      ...(value.output === undefined ? {} : { output: value.output }),
    };
  }
  if (value instanceof Secret) {
    const inner = writeValue(value.revealForComparison(), ordinals, "hidden");
    const isMarked = mode === "open" && !value.isInClear;
    return isMarked ? { [TAG]: "secret", value: inner } : inner;
  }
  if (isList(value)) return value.map((item) => writeValue(item, ordinals, mode));
  if (isRecord(value)) {
    const record: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      setOwn(record as OpenRecord, key, writeValue(item, ordinals, mode) as Value);
    }
    return Object.hasOwn(record, TAG) ? { [TAG]: "object", value: record } : record;
  }
  switch (mode) {
    case "open":
      return value;
    case "hidden":
      return { [TAG]: "redacted", ordinal: ordinals.of(value) };
  }
}

/**
 * Reads a value that {@link writeValue} wrote.
 *
 * A redacted scalar is one that is left out, marked as secret where its secret is it.
 *
 * @param as `record` where the outermost object is a resource's properties, whose names no tag can be
 */
export function readValue(parsed: unknown, where: string, as: "value" | "record" = "value"): Value {
  return as === "record" ? readRecord(plainRecord(parsed), where, 0) : read(parsed, where, 0);
}

function read(parsed: unknown, where: string, depth: number): Value {
  if (depth > MAX_DEPTH)
    throw new ValueProblem(`${where} is nested deeper than ${MAX_DEPTH} levels`);
  if (parsed === null || typeof parsed === "string" || typeof parsed === "boolean") return parsed;
  if (typeof parsed === "number") return parsed;
  if (Array.isArray(parsed)) return parsed.map((item) => read(item, where, depth + 1));
  const fields = plainRecord(parsed);
  return Object.hasOwn(fields, TAG)
    ? readTagged(fields, where, depth)
    : readRecord(fields, where, depth);
}

function readTagged(
  fields: Readonly<Record<string, unknown>>,
  where: string,
  depth: number,
): Value {
  const { dependsOn, ordinal, output } = fields;
  switch (fields[TAG]) {
    case "unknown": {
      const urns: unknown = dependsOn ?? [];
      if (!Array.isArray(urns) || !urns.every((urn): urn is string => typeof urn === "string")) {
        throw new ValueProblem(`an unknown in ${where} waits for what is no list of URNs`);
      }
      if (output !== undefined && typeof output !== "string") {
        throw new ValueProblem(`an unknown in ${where} is an output that is no text`);
      }
      const { parts } = fields;
      return parts === undefined
        ? new Unknown(urns, fields["secret"] === true, output)
        : readPartialText(parts, where, depth);
    }
    case "secret":
      return secretOf(read(fields["value"] ?? null, where, depth + 1));
    case "redacted":
      if (typeof ordinal !== "number" || !Number.isSafeInteger(ordinal)) {
        throw new ValueProblem(`a redacted value in ${where} has no ordinal`);
      }
      return new LeftOut(ordinal, false);
    case "object":
      return readRecord(plainRecord(fields["value"]), where, depth + 1);
    default:
      throw new ValueProblem(`${where} has an unknown tag`);
  }
}

function readPartialText(parts: unknown, where: string, depth: number): PartialText {
  const values = Array.isArray(parts) ? parts.map((part) => read(part, where, depth + 1)) : [];
  if (values.length === 0 || !values.every(isPart)) {
    throw new ValueProblem(
      `an unknown in ${where} has parts that are no list of texts and unknowns`,
    );
  }
  return new PartialText(values);
}

function isPart(value: Value): value is string | Unknown {
  return typeof value === "string" || value instanceof Unknown;
}

function secretOf(value: Value): Value {
  return value instanceof LeftOut ? value.marked() : new Secret(value);
}

function readRecord(
  fields: Readonly<Record<string, unknown>>,
  where: string,
  depth: number,
): ValueRecord {
  const record: OpenRecord = {};
  for (const [key, value] of Object.entries(fields)) {
    setOwn(record, key, read(value, where, depth + 1));
  }
  return record;
}
