import type { Policy } from "@pulumi/policy";
import type { Finding, Level } from "../findings/finding";
import type { Severity } from "../../core/severity";
import type { Urn } from "../../core/snapshot/value";
import { textOf } from "./violation-text";

/** What is reported in the name of a policy, with a level and severity of its own. */
export interface Violation {
  /** Default: that of the policy that reports it. */
  readonly name?: string;
  /** What the policy of that name is described by. */
  readonly description?: string;
  readonly message: string;
  readonly enforcementLevel: Level;
  readonly severity: Severity;
  /** The resource it is shown on; counts only in the validation of a stack. */
  readonly urn: Urn;
}

/**
 * A finding as a violation, at the given level.
 *
 * @param otherwise URN to show it on where the finding is about no resource
 * @param policy of the rule that found it; none for what is no rule's
 */
export function violationOf(
  finding: Finding,
  level: Level,
  otherwise: Urn,
  policy: Policy | undefined,
): Violation {
  return {
    ...(policy && { name: policy.name, description: policy.description }),
    message: textOf(finding),
    enforcementLevel: level,
    severity: finding.severity,
    urn: finding.at.urn.startsWith("urn:") ? finding.at.urn : otherwise,
  };
}
