import { fingerprintsOf, type Finding } from "./finding";
import { compareSeverity, type Severity } from "../../core/severity";

/** What is known of one fault. */
export interface Known {
  /** How bad it was. */
  readonly severity: Severity;
  /** What it was made of. */
  readonly evidenceParts: ReadonlySet<string>;
}

/** Known faults, by fingerprint. */
export type Baseline = ReadonlyMap<string, Known>;

/** Decides whether a finding is known. */
export type Knowable = Pick<Finding, "fingerprint" | "aliases" | "severity" | "evidenceParts">;

/** Whether a baseline lists a finding by one of its names, as severe as it is, and with all its parts. */
export function isKnown(baseline: Baseline, finding: Knowable): boolean {
  const { severity, evidenceParts = [] } = finding;
  return fingerprintsOf(finding).some((name) => {
    const known = baseline.get(name);
    return (
      known !== undefined &&
      compareSeverity(known.severity, severity) <= 0 &&
      evidenceParts.every((part) => part.some((spelling) => known.evidenceParts.has(spelling)))
    );
  });
}

/** Two accounts of one fault as one: the worse grade, and what either is made of. */
export function joined(a: Known | undefined, b: Known): Known {
  if (a === undefined) return b;
  const severity = compareSeverity(a.severity, b.severity) <= 0 ? a.severity : b.severity;
  return { severity, evidenceParts: new Set([...a.evidenceParts, ...b.evidenceParts]) };
}
