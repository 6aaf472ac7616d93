import type * as pulumi from "@pulumi/pulumi";
import { Agent, type AgentArgs } from "../agent";
import type { WorkloadAgentCoreRuntime, WorkloadEcsTask, WorkloadLambda } from "../aws-services";
import type { Grant } from "../grants";
import { LegacyTool } from "../legacy-tool";
import { Orchestrator } from "../orchestrator";
import type { WorkloadPod } from "../pod";
import { Tenant, type TenantArgs, type TenantRef } from "../tenant";
import { Tool } from "../tool";
import { rotationOf } from "./check-keys";
import { oauth2ProvidersOf } from "./check-oauth2";
import type { Manifest, ManifestTenant, ManifestWorkload } from "./manifest-shape";
import { resourceName, workloadFields, workloadsOf, type WorkloadField } from "./workloads-of";

/** What a pod, or whoever reads logs, needs to know of a workload of an `AgentStack`. */
export interface StackWorkload {
  /** Namespace of the workload's ServiceAccount and pods. */
  namespace: pulumi.Output<string>;
  /** Name of the workload's ServiceAccount. */
  serviceAccountName: pulumi.Output<string>;
  /** ARN of the workload's role. */
  roleArn: pulumi.Output<string>;
  /** Name of the workload's role. */
  roleName: pulumi.Output<string>;
  /** What a pod needs to act as the workload. */
  pod: WorkloadPod;
  /** What a task definition of Amazon ECS needs to run as the workload. */
  ecsTask: WorkloadEcsTask;
  /** What a function of AWS Lambda needs to run as the workload. */
  lambda: WorkloadLambda;
  /** What a runtime of Bedrock AgentCore needs to run as the workload. */
  agentCoreRuntime: WorkloadAgentCoreRuntime;
}

/** Declares what a manifest without mistakes says, and answers the workloads by `<tenant>/<workload>`. */
export function declareStack(
  manifest: Manifest,
  opts: pulumi.ComponentResourceOptions,
): Record<string, StackWorkload> {
  const made = Object.entries(manifest.tenants).flatMap(([name, tenant]) =>
    declareTenant(name, tenant, manifest, opts),
  );
  return Object.fromEntries(made);
}

function declareTenant(
  tenantName: string,
  declared: ManifestTenant,
  { federations }: Manifest,
  opts: pulumi.ComponentResourceOptions,
): readonly (readonly [string, StackWorkload])[] {
  const args: TenantArgs = {
    ...ownFields(declared),
    federation: federations[declared.federation] ?? {},
  };
  const { ref } = new Tenant(tenantName, args, opts);
  const tools = new Map<string, Tool | LegacyTool>();
  return workloadsOf(declared).map((workload) => {
    const made = declareWorkload(tenantName, ref, workload, tools, opts);
    return [`${tenantName}/${workload.name}`, stackWorkload(made)] as const;
  });
}

function declareWorkload(
  tenantName: string,
  tenant: TenantRef,
  { field, name, declared }: ReturnType<typeof workloadsOf>[number],
  tools: Map<string, Tool | LegacyTool>,
  opts: pulumi.ComponentResourceOptions,
): Tool | LegacyTool | Agent | Orchestrator {
  const resource = resourceName(tenantName, name);
  const own = { name, tenant };
  switch (field) {
    case "legacyTools": {
      const rotation = rotationOf(declared);
      const tool = new LegacyTool(resource, { ...declared, ...own, rotation }, opts);
      tools.set(name, tool);
      return tool;
    }
    case "tools": {
      const oauth2Providers = oauth2ProvidersOf(declared);
      const tool = new Tool(resource, { ...declared, ...own, oauth2Providers }, opts);
      tools.set(name, tool);
      return tool;
    }
    case "agents":
      return new Agent(resource, { ...declared, ...own, ...callerFields(declared, tools) }, opts);
    case "orchestrators": {
      const fields = callerFields(declared, tools);
      return new Orchestrator(resource, { ...declared, ...own, ...fields }, opts);
    }
  }
}

/** What a manifest says of a tenant itself: its inputs are not to change as workloads come and go. */
function ownFields(declared: ManifestTenant): Omit<ManifestTenant, WorkloadField> {
  const others: readonly string[] = workloadFields;
  const own = Object.entries(declared).filter(([field]) => !others.includes(field));
  return Object.fromEntries(own) as Omit<ManifestTenant, WorkloadField>;
}

function callerFields(
  declared: ManifestWorkload,
  tools: ReadonlyMap<string, Tool | LegacyTool>,
): Required<Pick<AgentArgs, "grants" | "oauth2Providers">> {
  return { grants: grantsOf(declared, tools), oauth2Providers: oauth2ProvidersOf(declared) };
}

function grantsOf(
  { grants }: ManifestWorkload,
  tools: ReadonlyMap<string, Tool | LegacyTool>,
): Grant[] {
  return (grants ?? []).flatMap(({ tool, ...grant }) => {
    const declared = tools.get(tool);
    return declared === undefined ? [] : [{ ...grant, tool: declared.ref }];
  });
}

function stackWorkload({
  namespace,
  serviceAccountName,
  roleArn,
  roleName,
  pod,
  ecsTask,
  lambda,
  agentCoreRuntime,
}: Tool | LegacyTool | Agent | Orchestrator): StackWorkload {
  return {
    namespace,
    serviceAccountName,
    roleArn,
    roleName,
    pod,
    ecsTask,
    lambda,
    agentCoreRuntime,
  };
}
