export { Agent, type AgentArgs } from "./agent";
export { Approval, Autonomy, Effect, Sensitivity } from "./choices";
export type { EksIrsaFederation, TenantFederation } from "./federation";
export { Orchestrator, type OrchestratorArgs } from "./orchestrator";
export type { WorkloadPod } from "./pod";
export { Tenant, type TenantArgs, type TenantRef } from "./tenant";
export { Tool, type ToolArgs } from "./tool";
export type {
  Grant,
  Permission,
  PermissionCondition,
  Risk,
  ToolRef,
  WorkloadArgs,
} from "./workload-args";
