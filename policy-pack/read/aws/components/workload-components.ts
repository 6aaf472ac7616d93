import type { WorkloadKind } from "../../../facts/fact-values";
import { legacyToolType } from "./legacy-tool";

/** Types of our components that declare a workload: what it is, and how people name that. */
export const workloadComponents: Readonly<
  Record<string, { readonly is: WorkloadKind; readonly what: string } | undefined>
> = {
  "agentid:index:Orchestrator": { is: "orchestrator", what: "Orchestrator" },
  "agentid:index:Agent": { is: "agent", what: "Agent" },
  "agentid:index:Tool": { is: "tool", what: "Tool" },
  [legacyToolType]: { is: "tool", what: "LegacyTool" },
};

/** Whether a type is that of a component of ours which declares a workload. */
export function isWorkloadComponent(type: string): boolean {
  return workloadComponents[type] !== undefined;
}

/** Type of our component that makes the identity of a tenant's task broker. */
export const taskBrokerType = "agentid:index:TaskBroker";

/** Type of our component that runs a task broker with the grants of workloads. */
export const taskBrokerDeploymentType = "agentid:index:TaskBrokerDeployment";

/** Types of our components that make a role which is no workload's. */
const roleMakers: readonly string[] = ["agentid:index:Gateway", taskBrokerType];

/** Whether a component of ours makes roles, whose policies follow from its inputs. */
export function makesRoles(type: string): boolean {
  return isWorkloadComponent(type) || roleMakers.includes(type);
}

/** Type of our component that makes a gateway, which has a role and is no workload. */
export const gatewayType = "agentid:index:Gateway";
