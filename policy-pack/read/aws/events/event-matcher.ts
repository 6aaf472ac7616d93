import type { Text } from "../../../facts/fact-values";
import { ofBuckets } from "../../../domain/paths/calls/bucket-events";
import type { FactOf } from "../../../facts/fact";
import { matches } from "../../../../core/pattern";

/**
 * What a pattern of EventBridge requires of one field of an event: patterns of texts, with `*` and `?` as wildcards; undefined
 * where any text, or one outside of patterns, may match.
 *
 * Source: EventBridge user guide, "Comparison operators for use in event patterns".
 */
function textsRequested(
  pattern: unknown,
  ...path: readonly string[]
): readonly string[] | undefined {
  let here: unknown = pattern;
  for (const key of path) here = isObject(here) ? here[key] : undefined;
  if (!Array.isArray(here)) return undefined;
  const texts: string[] = [];
  for (const each of here) {
    const text = textRequested(each);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

function textRequested(matcher: unknown): string | undefined {
  if (typeof matcher === "string") return matcher;
  if (!isObject(matcher)) return undefined;
  const { prefix, suffix, wildcard } = matcher;
  if (typeof prefix === "string") return `${prefix}*`;
  if (typeof suffix === "string") return `*${suffix}`;
  if (typeof wildcard === "string") return wildcard;
  return undefined;
}

/** Whether a value is an object of a pattern. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A pattern of events as JSON; undefined where it is none. */
function parsedPattern(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whose events a pattern of a rule matches. */
type PatternOf = "none" | "of services" | "of any sender";

/** Whose events a pattern matches: only those of services of AWS, where each source that it names is one of these. */
export function eventPattern(text: Text | undefined): PatternOf {
  if (text === undefined) return "none";
  if (text.kind === "unknown") return "of any sender";
  const sources = sourcesIn(text.text);
  return sources.length > 0 && sources.every((source) => source.startsWith("aws."))
    ? "of services"
    : "of any sender";
}

/** The sources one of which an event must have; undefined where a pattern requires none, or not only whole texts. */
export function exactSources(pattern: string): readonly string[] | undefined {
  const source = sourceIn(pattern);
  const exact = source.filter((each) => typeof each === "string");
  return exact.length === 0 || exact.length < source.length ? undefined : exact;
}

/** What a pattern requires of `source`: texts, and starts of texts. Source: EventBridge user guide, event patterns. */
function sourcesIn(pattern: string): readonly string[] {
  return sourceIn(pattern).map((each) => {
    if (typeof each === "string") return each;
    const prefix = isObject(each) ? each["prefix"] : undefined;
    return typeof prefix === "string" ? prefix : "";
  });
}

function sourceIn(pattern: string): readonly unknown[] {
  const parsed = parsedPattern(pattern);
  const source = isObject(parsed) ? parsed["source"] : undefined;
  return Array.isArray(source) ? source : [];
}

/**
 * Actions that cause the events of a bucket, by the start of the events' names. A bucket causes others itself: by its
 * lifecycle, by replication, by moving or losing objects.
 *
 * Sources: Amazon S3 user guide, "Event notification types and destinations"; S3 API, the permissions of each operation.
 */
const causes: readonly (readonly [string, readonly string[]])[] = [
  ["s3:ObjectCreated:", ["s3:PutObject"]],
  ["s3:ObjectRemoved:", ["s3:DeleteObject", "s3:DeleteObjectVersion"]],
  ["s3:ObjectRestore:", ["s3:RestoreObject"]],
  ["s3:ObjectTagging:Put", ["s3:PutObjectTagging", "s3:PutObjectVersionTagging"]],
  ["s3:ObjectTagging:Delete", ["s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"]],
  ["s3:ObjectAcl:", ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"]],
];

/** Actions that cause an event of a bucket, such as `s3:ObjectCreated:*`. */
export function causesOf(event: string): readonly string[] {
  const start = event.replace(/\*$/, "");
  return causes.flatMap(([each, actions]) =>
    each.startsWith(start) || start.startsWith(each) ? actions : [],
  );
}

/**
 * The events of buckets in EventBridge, by their cause; no principal causes the buckets' own. Source: Amazon S3 user guide,
 * "Using EventBridge".
 */
const reported: readonly (readonly [string, string])[] = [
  ["Object Created", "s3:ObjectCreated:"],
  ["Object Deleted", "s3:ObjectRemoved:"],
  ["Object Restore Initiated", "s3:ObjectRestore:"],
  ["Object Restore Completed", "s3:ObjectRestore:"],
  ["Object Tags Added", "s3:ObjectTagging:Put"],
  ["Object Tags Deleted", "s3:ObjectTagging:Delete"],
  ["Object ACL Updated", "s3:ObjectAcl:"],
];

/** The events of buckets that a pattern matches; undefined where no principal causes any. */
export function bucketEventsIn(text: string):
  | (Pick<FactOf<"triggers">, "only" | "byActions"> & {
      readonly buckets: readonly string[] | undefined;
    })
  | undefined {
  const pattern = parsedPattern(text);
  if (pattern === undefined || !fits(textsRequested(pattern, "source"), ofBuckets))
    return undefined;
  const types = textsRequested(pattern, "detail-type");
  const byActions = reported.flatMap(([type, event]) => (fits(types, type) ? causesOf(event) : []));
  if (byActions.length === 0) return undefined;
  const buckets = textsRequested(pattern, "detail", "bucket", "name");
  const only = textsRequested(pattern, "detail", "object", "key");
  return {
    byActions: [...new Set(byActions)],
    buckets,
    ...(only && { only }),
  };
}

function fits(requested: readonly string[] | undefined, text: string): boolean {
  return requested?.some((each) => matches(each, text)) ?? true;
}
