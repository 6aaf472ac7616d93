import type * as pulumi from "@pulumi/pulumi";
import { Agent } from "../agent";
import type { Grant } from "../grants";
import { Orchestrator } from "../orchestrator";
import type { WorkloadPod } from "../pod";
import { Tenant, type TenantArgs } from "../tenant";
import { Tool } from "../tool";
import type { WorkloadArgs } from "../workload";
import { resourceName, workloadFields, workloadsOf, type WorkloadField } from "./check-manifest";
import type { Manifest, ManifestTenant, ManifestWorkload } from "./manifest-shape";

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
  const tools = new Map<string, Tool>();
  return workloadsOf(declared).map(({ field, name, declared: workload }) => {
    const resource = resourceName(tenantName, name);
    const { grants, directCallers, ...others } = workload;
    const own: WorkloadArgs = { ...others, name, tenant: ref };
    const calling = { ...own, grants: grantsOf(grants, tools) };
    switch (field) {
      case "tools": {
        const tool = new Tool(
          resource,
          { ...own, ...(directCallers !== undefined && { directCallers }) },
          opts,
        );
        tools.set(name, tool);
        return [`${tenantName}/${name}`, stackWorkload(tool)] as const;
      }
      case "agents":
        return [`${tenantName}/${name}`, stackWorkload(new Agent(resource, calling, opts))];
      case "orchestrators":
        return [`${tenantName}/${name}`, stackWorkload(new Orchestrator(resource, calling, opts))];
    }
  });
}

/** What a manifest says of a tenant itself: its inputs are not to change as workloads come and go. */
function ownFields(declared: ManifestTenant): Omit<ManifestTenant, WorkloadField> {
  const others: readonly string[] = workloadFields;
  const own = Object.entries(declared).filter(([field]) => !others.includes(field));
  return Object.fromEntries(own) as Omit<ManifestTenant, WorkloadField>;
}

function grantsOf(grants: ManifestWorkload["grants"], tools: ReadonlyMap<string, Tool>): Grant[] {
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
}: Tool | Agent | Orchestrator): StackWorkload {
  return { namespace, serviceAccountName, roleArn, roleName, pod };
}
