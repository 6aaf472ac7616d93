import type { Policy, ResourceValidationPolicy } from "@pulumi/policy";
import type { Level } from "../findings/finding";
import type { Severity } from "../../core/severity";
import { levelOf, type Rule } from "../findings/define-rule";

/** A policy whose level and severity are its own. */
export interface RulePolicy extends ResourceValidationPolicy {
  readonly enforcementLevel: Level;
  readonly severity: Severity;
}

/**
 * A rule as a policy of its own, with its own name, level and configuration.
 *
 * It validates nothing: for each policy that does, the SDK reads all properties anew, at the end those of the whole stack. The
 * collector reports what the rule finds, under the rule's name.
 */
export function rulePolicy(rule: Rule, url: string | undefined): RulePolicy {
  const framework = frameworkOf(rule);
  return {
    name: rule.id,
    description: rule.title,
    displayName: rule.title,
    enforcementLevel: levelOf(rule, rule.severity, undefined),
    severity: rule.severity,
    ...(framework !== undefined && { framework }),
    tags: [rule.family, ...rule.standards],
    remediationSteps: rule.remediation,
    ...(url !== undefined && { url }),
    validateResource: [],
  };
}

const nonHumanIdentities = "OWASP Non-Human Identities Top 10";

function frameworkOf(rule: Rule): Policy["framework"] {
  const reference = rule.standards.find((standard) => standard.startsWith("NHI"));
  if (reference === undefined) return undefined;
  const [, version = ""] = reference.split(":");
  return { name: nonHumanIdentities, version, reference, specification: "" };
}
