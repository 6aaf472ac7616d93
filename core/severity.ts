/** How bad a finding is, worst first. */
export const severities = ["critical", "high", "medium", "low"] as const;

/** How bad a finding is. */
export type Severity = (typeof severities)[number];

/** Orders severities worst first, for sorting. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}
