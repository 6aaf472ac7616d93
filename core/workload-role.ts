import { shortened } from "./shortened-name";

/** Path under which the roles of workloads are, of all tenants. */
export const workloadPath = "/agentid/";

/** Path under which the roles of task brokers are; not that of workloads, which a broker's role may assume. */
export const brokerPath = "/agentid-broker/";

/** Longest name of an IAM role. Source: IAM and STS quotas. */
const longestRoleName = 64;

/** Name of a workload's role: `<tenant>.<workload>`; the dot is in neither, so no two pairs give one name. */
export function roleName(tenant: string, workload: string): string {
  return shortened(`${tenant}.${workload}`, longestRoleName);
}

/** IAM path of all that belongs to a tenant. */
export function rolePath(tenant: string): string {
  return `${workloadPath}${tenant}/`;
}
