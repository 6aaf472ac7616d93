import type * as pulumi from "@pulumi/pulumi";
import { kindMark, tenantMark, workloadMark } from "../../core/marks";

/** What a workload was declared to be; the value of the label `agentid.dev/kind`. */
export type DeclaredKind = "orchestrator" | "agent" | "tool";

/** The labels of all that belongs to a workload; the same as tags in AWS. */
export function workloadLabels(
  tenant: pulumi.Input<string>,
  kind: DeclaredKind,
  workload: string,
): Record<string, pulumi.Input<string>> {
  return { [tenantMark]: tenant, [kindMark]: kind, [workloadMark]: workload };
}

/** Label of pods that their tenant's egress policy leaves out, since they have a policy of their own. */
export const egressMark = "agentid.dev/egress";

/** Value of that label. */
export const ownEgress = "own";

/** Tag that names the gateway something is part of. */
export const gatewayMark = "agentid.dev/gateway";
