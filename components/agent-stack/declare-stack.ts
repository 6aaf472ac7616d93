import type * as pulumi from "@pulumi/pulumi";
import { Agent, type AgentArgs } from "../workload/agent";
import type {
  WorkloadAgentCoreRuntime,
  WorkloadEcsTask,
  WorkloadLambda,
} from "../workload/aws-services";
import { noteCaller } from "../grants/declared-callers";
import { Gateway } from "../gateway";
import type { Grant } from "../grants/grants";
import { LegacyTool } from "../legacy-tool";
import { Orchestrator } from "../workload/orchestrator";
import type { WorkloadPod } from "../kubernetes/pod";
import { Tenant, type TenantArgs, type TenantRef } from "../tenant/tenant";
import { Tool } from "../workload/tool";
import { rotationOf } from "./check-keys";
import { oauth2ProvidersOf } from "./check-oauth2";
import { federationArgs, withChoice } from "./federations-of";
import type { Manifest, ManifestTenant, ManifestWorkload } from "./manifest-shape";
import { resourceName, workloadFields, workloadsOf } from "./workloads-of";

/** What a pod, or a reader of logs, needs of a workload of an `AgentStack`. */
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

/** What MCP clients, or readers of logs, need of a gateway of an `AgentStack`. */
export interface StackGateway {
  /** ARN of the gateway. */
  arn: pulumi.Output<string>;
  /** Address at which MCP clients reach the gateway. */
  url: pulumi.Output<string>;
  /** ARN of the gateway's role. */
  roleArn: pulumi.Output<string>;
}

/** What a stack of agents gives to its user, by `<tenant>/<name>`. */
export interface DeclaredStack {
  readonly workloads: Record<string, StackWorkload>;
  readonly gateways: Record<string, StackGateway>;
}

/** What of a tenant is declared already, by names within it. */
interface Declared {
  readonly tools: Map<string, Tool | LegacyTool>;
  readonly gateways: Map<string, Gateway>;
}

/** Declares the stack of a manifest without mistakes, and returns its workloads and gateways. */
export function declareStack(
  manifest: Manifest,
  opts: pulumi.ComponentResourceOptions,
): DeclaredStack {
  const made = Object.entries(manifest.tenants).map(([name, tenant]) =>
    declareTenant(name, tenant, manifest, opts),
  );
  return {
    workloads: Object.fromEntries(made.flatMap(({ workloads }) => Object.entries(workloads))),
    gateways: Object.fromEntries(made.flatMap(({ gateways }) => Object.entries(gateways))),
  };
}

function declareTenant(
  tenantName: string,
  declared: ManifestTenant,
  manifest: Manifest,
  opts: pulumi.ComponentResourceOptions,
): DeclaredStack {
  const args: TenantArgs = { ...ownFields(declared), ...federationArgs(declared, manifest) };
  const { ref } = new Tenant(tenantName, args, opts);
  // Grants of one workload are checked with the names of all others known.
  for (const { field, name } of workloadsOf(declared)) {
    if (field === "agents" || field === "orchestrators") noteCaller({ name, tenant: ref });
  }
  const before: Declared = { tools: new Map(), gateways: new Map() };
  const all = workloadsOf(declared).map((one) => ({
    ...one,
    declared: withChoice(declared, one.declared),
  })) as ReturnType<typeof workloadsOf>[number][];
  const isTool = ({ field }: (typeof all)[number]): boolean =>
    field === "tools" || field === "legacyTools";
  const declare = (workload: (typeof all)[number]) => {
    const made = declareWorkload(tenantName, ref, workload, before, opts);
    return [`${tenantName}/${workload.name}`, stackWorkload(made)] as const;
  };
  // Gateways front tools, and grants name gateways.
  const tools = all.filter(isTool).map(declare);
  declareGateways(tenantName, ref, declared, before, opts);
  const callers = all.filter((workload) => !isTool(workload)).map(declare);
  const gateways = [...before.gateways].map(([name, { arn, url, roleArn }]) => [
    `${tenantName}/${name}`,
    { arn, url, roleArn },
  ]);
  return {
    workloads: Object.fromEntries([...tools, ...callers]),
    gateways: Object.fromEntries(gateways) as Record<string, StackGateway>,
  };
}

function declareGateways(
  tenantName: string,
  tenant: TenantRef,
  declared: ManifestTenant,
  { tools, gateways }: Declared,
  opts: pulumi.ComponentResourceOptions,
): void {
  for (const [name, gateway] of Object.entries(declared.gateways ?? {})) {
    const { targets, ...own } = withChoice(declared, gateway);
    const fronted = targets.flatMap(({ tool, ...target }) => {
      const made = tools.get(tool);
      return made === undefined ? [] : [{ ...target, tool: made.ref }];
    });
    const args = { ...own, name, tenant, targets: fronted };
    gateways.set(name, new Gateway(resourceName(tenantName, name), args, opts));
  }
}

function declareWorkload(
  tenantName: string,
  tenant: TenantRef,
  { field, name, declared }: ReturnType<typeof workloadsOf>[number],
  before: Declared,
  opts: pulumi.ComponentResourceOptions,
): Tool | LegacyTool | Agent | Orchestrator {
  const resource = resourceName(tenantName, name);
  const own = { name, tenant };
  const { tools } = before;
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
      return new Agent(resource, { ...declared, ...own, ...callerFields(declared, before) }, opts);
    case "orchestrators": {
      const fields = callerFields(declared, before);
      return new Orchestrator(resource, { ...declared, ...own, ...fields }, opts);
    }
  }
}

/** The tenant's own part of a manifest: its inputs must not change as workloads come and go. */
function ownFields(declared: ManifestTenant): Omit<ManifestTenant, OtherField> {
  const others: readonly string[] = otherFields;
  const own = Object.entries(declared).filter(([field]) => !others.includes(field));
  return Object.fromEntries(own);
}

const otherFields = [...workloadFields, "gateways", "federation", "federations"] as const;
type OtherField = (typeof otherFields)[number];

function callerFields(
  declared: ManifestWorkload,
  before: Declared,
): Required<Pick<AgentArgs, "grants" | "oauth2Providers">> {
  return { grants: grantsOf(declared, before), oauth2Providers: oauth2ProvidersOf(declared) };
}

function grantsOf({ grants }: ManifestWorkload, { tools, gateways }: Declared): Grant[] {
  return (grants ?? []).flatMap(({ tool, gateway = "", ...grant }) => {
    const declared = tools.get(tool);
    const through = gateways.get(gateway);
    if (declared === undefined) return [];
    const called = { ...grant, tool: declared.ref };
    return [through === undefined ? called : { ...called, gateway: through.ref }];
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
