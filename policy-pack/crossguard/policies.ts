import type { Policies } from "@pulumi/policy";
import { collectorPolicy } from "./collector-policy";
import { packParts, type PackOptions } from "./pack-parts";

/** The collector and a policy for each rule, in the order in which the SDK must come to them. */
export function createPolicies(options: PackOptions = {}): Policies {
  const { collector, rulePolicies } = packParts(options);
  return [collectorPolicy(collector, rulePolicies), ...rulePolicies];
}
