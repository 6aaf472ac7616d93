import type { ReportViolation } from "@pulumi/policy";
import type { Finding, Level } from "../../core/finding";
import type { Severity } from "../../core/severity";
import type { Urn } from "../../core/snapshot/value";
import { textOf } from "./violation-text";

/** What a policy reports, with a level and severity of its own. */
export interface Violation {
  readonly message: string;
  readonly enforcementLevel: Level;
  readonly severity: Severity;
  /** The resource it is shown on; counts only in the validation of a stack. */
  readonly urn: Urn;
}

/**
 * A finding as a violation, at the level given.
 *
 * @param otherwise URN to show it on where the finding is about no resource
 */
export function violationOf(finding: Finding, level: Level, otherwise: Urn): Violation {
  return {
    message: textOf(finding),
    enforcementLevel: level,
    severity: finding.grade,
    urn: finding.at.urn.startsWith("urn:") ? finding.at.urn : otherwise,
  };
}

/** Reports violations. The SDK takes an object too, which its types do not tell. */
export function sayAll(violations: readonly Violation[], report: ReportViolation): void {
  const say = report as unknown as (violation: Violation) => void;
  for (const violation of violations) say(violation);
}
