import type { Text } from "../../../core/graph/fact-values";
import { isObject, parsedPattern } from "./event-matcher";

/** Whose events a pattern of a rule lets through. */
export type PatternOf = "none" | "of services" | "of anyone";

/** Whose events a pattern lets through: those of services of AWS alone, where each source that it names is one of these. */
export function eventPattern(text: Text | undefined): PatternOf {
  if (text === undefined) return "none";
  if (text.kind === "unknown") return "of anyone";
  const sources = sourcesIn(text.text);
  return sources.length > 0 && sources.every((source) => source.startsWith("aws."))
    ? "of services"
    : "of anyone";
}

/** The sources one of which an event has to have; undefined where a pattern asks for none, or not for whole texts alone. */
export function exactSources(pattern: string): readonly string[] | undefined {
  const source = sourceIn(pattern);
  const exact = source.filter((each) => typeof each === "string");
  return exact.length === 0 || exact.length < source.length ? undefined : exact;
}

/** What a pattern asks of `source`: texts, and starts of texts. Source: EventBridge user guide, event patterns. */
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
