import type * as pulumi from "@pulumi/pulumi";
import type { TenantFederation } from "../federation";
import { isPlain } from "../known";
import type { Mistakes } from "../../yaml/problems";
import { brokerProblem } from "./component-checks";
import type { Manifest, ManifestTenant } from "./manifest-shape";

/** Notes brokers that are no role of their tenant's account, and those that two tenants have. */
export function checkBrokers(
  tenants: readonly (readonly [string, ManifestTenant])[],
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  const owners = new Map<string, string>();
  for (const [name, tenant] of tenants) {
    const path = `tenants.${name}.broker.roleArn`;
    const roleArn = tenant.broker?.roleArn;
    if (typeof roleArn !== "string" || !mistakes.isClean(path)) continue;
    const problem = brokerProblem({ roleArn }, federationOf(tenant, manifest, mistakes));
    const owner = owners.get(roleArn);
    if (problem !== undefined) mistakes.addAt(path, problem);
    else if (owner === undefined) owners.set(roleArn, name);
    else {
      mistakes.addAt(
        path,
        `\`${roleArn}\` is tenant \`${owner}\`'s broker already, and could act for both; give each tenant a broker role of its own`,
      );
    }
  }
}

/** The federation of a tenant, where it is fully known and without mistakes. */
function federationOf(
  { federation: name }: ManifestTenant,
  { federations }: Partial<Manifest>,
  mistakes: Mistakes,
): pulumi.Unwrap<TenantFederation> | undefined {
  const federation = federations?.[name];
  const isKnown = mistakes.isClean(`federations.${name}`) && isPlain(federation);
  return isKnown ? (federation as pulumi.Unwrap<TenantFederation> | undefined) : undefined;
}
