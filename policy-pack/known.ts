import { fingerprintsOf, type Finding } from "../core/finding";
import { compareSeverity, type Severity } from "../core/severity";

/** What is known of one fault. */
export interface Known {
  /** How bad it was. */
  readonly grade: Severity;
  /** What it was made of. */
  readonly extent: ReadonlySet<string>;
}

/** Known faults, by fingerprint. */
export type Baseline = ReadonlyMap<string, Known>;

/** What tells whether a finding is known. */
export type Knowable = Pick<Finding, "fingerprint" | "aliases" | "grade" | "extent">;

/** Whether a baseline knows a finding by one of its names, as bad as it is, and all that it is made of. */
export function isKnown(baseline: Baseline, finding: Knowable): boolean {
  const { grade, extent = [] } = finding;
  return fingerprintsOf(finding).some((name) => {
    const known = baseline.get(name);
    return (
      known !== undefined &&
      compareSeverity(known.grade, grade) <= 0 &&
      extent.every((part) => part.some((spelling) => known.extent.has(spelling)))
    );
  });
}

/** Two accounts of one fault as one: the worse grade, and what either is made of. */
export function joined(a: Known | undefined, b: Known): Known {
  if (a === undefined) return b;
  const grade = compareSeverity(a.grade, b.grade) <= 0 ? a.grade : b.grade;
  return { grade, extent: new Set([...a.extent, ...b.extent]) };
}
