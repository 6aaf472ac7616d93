import type {
  ReportViolation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Collector, Configured } from "./collector";
import { failurePolicy } from "./failure-policy";
import { configuredLevels } from "./levels";
import type { RulePolicy } from "./rule-policy";
import type { Violation } from "./violation";

/**
 * The first policy of the pack: only it reads resources, judges them, and reports what rules find.
 *
 * It reports its own failures, since the SDK would pass over a policy that throws.
 */
export function collectorPolicy(
  collector: Collector,
  rulePolicies: readonly RulePolicy[],
): ResourceValidationPolicy & StackValidationPolicy {
  const configured = async (properties: object): Promise<Configured> => ({
    properties: { ...properties },
    levels: await configuredLevels(
      Object.fromEntries(rulePolicies.map((policy) => [policy.name, policy.enforcementLevel])),
    ),
  });
  return {
    ...failurePolicy,
    validateResource: (args, report) =>
      collector.validate(args, () => configured(args.getConfig()), sayer(report)),
    validateStack: (args, report) =>
      collector.validateAll(args.resources, () => configured(args.getConfig()), sayer(report)),
  };
}

/** The SDK accepts an object with a policy's name too, which its types lack. */
function sayer(report: ReportViolation): (violation: Violation) => void {
  return (violation) => {
    (report as unknown as (violation: Violation) => void)(violation);
  };
}
