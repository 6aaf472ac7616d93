/** Label and tag that name the tenant a thing is of. In lowercase, as IAM compares condition keys. */
export const tenantMark = "agentid.dev/tenant";

/** Label and tag that name the workload something is part of. */
export const workloadMark = "agentid.dev/workload";

/** Label and tag with the kind of a workload: an orchestrator, an agent, a tool or a utility. */
export const kindMark = "agentid.dev/kind";

/** Label and tag with how a workload decides what to do next: `supervised` or `autonomous`. */
export const autonomyMark = "agentid.dev/autonomy";

/** Label and tag with how much harm a workload can do: `low`, or anything else. */
export const riskMark = "agentid.dev/risk";

/** Label and tag with how much harm the data of a workload can do: `public`, `internal`, `confidential`, `restricted`. */
export const sensitivityMark = "agentid.dev/sensitivity";

/** Label and tag with the effects of a workload, such as `payment`; several are joined by `.`. */
export const effectsMark = "agentid.dev/effects";

/** Tag of a session that a task broker makes: the identifier of the task. */
export const taskMark = "agentid.dev/task";

/** Tag of a session that a task broker makes: the intent of the call. */
export const intentMark = "agentid.dev/intent";
