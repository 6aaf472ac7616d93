import * as pulumi from "@pulumi/pulumi";
import { unprotected } from "../core/access/unprotected";
import type { Permission } from "./permissions";

/**
 * Warns of permissions on what every tenant has and the tenant's boundary does not protect, as AWS does not look at its tags.
 *
 * A permission that asks for a tag itself is left alone, and so is a resource that is an output.
 */
export function warnOfUnprotected(
  subject: string,
  permissions: readonly Permission[],
  workload: pulumi.Resource,
): void {
  permissions.forEach(({ actions, resources, conditions = [] }, index) => {
    if (conditions.some(({ variable }) => /tag\//i.test(variable))) return;
    const known = resources.filter((each) => typeof each === "string");
    const [first] = unprotected(actions, known);
    if (first === undefined) return;
    const { action, resource, what } = first;
    void pulumi.log.warn(
      `${subject}: permissions[${index}] action \`${action}\` on \`${resource}\` takes in each ${what} of other tenants; the tenant's boundary cannot deny that, as AWS does not look at its tags; name the tenant's own`,
      workload,
    );
  });
}
