import type { Value } from "./value";

/** The text that stands in a saved snapshot's secret for one that was left out; equal ones have equal numbers. */
export function redactedText(ordinal: number): string {
  return `redacted-${ordinal}`;
}

/** Whether what stands in a secret is no more than that something was left out, so that it tells nothing but what it equals. */
export function isRedacted(value: Value): boolean {
  return typeof value === "string" && /^redacted-\d+$/.test(value);
}
