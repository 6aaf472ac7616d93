/** Label and tag that name the tenant a thing is of. In lowercase, as IAM compares condition keys. */
export const tenantMark = "agentid.dev/tenant";

/** Label and tag that name the workload something is part of. */
export const workloadMark = "agentid.dev/workload";

/** Label and tag that say what a workload is: an orchestrator, an agent, a tool or a utility. */
export const kindMark = "agentid.dev/kind";
