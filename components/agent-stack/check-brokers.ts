import type { Mistakes } from "../../yaml/problems";
import { brokerProblem } from "./component-checks";
import { anyKnownFederation } from "./federations-of";
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
    const problem = brokerProblem({ roleArn }, anyKnownFederation(tenant, manifest, mistakes));
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
