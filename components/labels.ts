import type * as pulumi from "@pulumi/pulumi";

/** What a workload was declared to be; the value of the label `agentid.dev/kind`. */
export type DeclaredKind = "orchestrator" | "agent" | "tool";

/** Label and tag that name a tenant. */
export const tenantLabel = "agentid.dev/tenant";

/** Label and tag that say what a workload was declared to be. */
const kindLabel = "agentid.dev/kind";

/** Label and tag that name a workload. */
const workloadLabel = "agentid.dev/workload";

/** The labels of all that belongs to a workload; the same as tags in AWS. */
export function workloadLabels(
  tenant: pulumi.Input<string>,
  kind: DeclaredKind,
  workload: string,
): Record<string, pulumi.Input<string>> {
  return { [tenantLabel]: tenant, [kindLabel]: kind, [workloadLabel]: workload };
}
