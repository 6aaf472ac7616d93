import { shortened } from "../shortened-name";

/** Longest source identity of a session. Source: STS API, AssumeRole, SourceIdentity: 2 to 64 of `[\w+=,.@-]`. */
export const longestSourceIdentity = 64;

/** How much of it a tenant takes at most, so that a workload's shortened name has room as well. */
const longestTenant = 40;

/**
 * Source identity of the sessions in which a workload acts as a tool: `<tenant>.<workload>`. CloudTrail shows it for each of
 * its calls, and it cannot change later. Where it would be too long, tenant and workload are cut to end in a hash.
 *
 * Neither name may contain a dot, so no two pairs give one identity.
 */
export function sourceIdentity(tenant: string, workload: string): string {
  const start = startOf(tenant);
  return start + shortened(workload, longestSourceIdentity - start.length);
}

/** Pattern, as `StringLike` compares, of the source identities of all workloads of a tenant and of no other's. */
export function sourceIdentitiesOf(tenant: string): string {
  return `${startOf(tenant)}*`;
}

function startOf(tenant: string): string {
  return `${shortened(tenant, longestTenant)}.`;
}
