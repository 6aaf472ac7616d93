import type * as pulumi from "@pulumi/pulumi";
import { Autonomy } from "../arguments/choices";
import type { GatewayRef } from "../grants/gateway-ref";
import type { ToolRef } from "../grants/grants";
import { isPlain } from "../arguments/known";
import { type Mistakes, didYouMean, listed } from "../../yaml/problems";
import { gatewayRefOf } from "./check-gateways";
import { oauth2ProvidersOf } from "./check-oauth2";
import {
  grantProblem,
  brokerProblem,
  directCallersProblem,
  type OtherCallers,
} from "./component-checks";
import type { Manifest, ManifestTenant, ManifestWorkload } from "./manifest-shape";
import { unknownName } from "./unknown-name";
import type { WorkloadField } from "./workloads-of";
import { anyKnownFederation } from "./federations-of";
import { toolAsCaller } from "../grants/declared-callers";

/** The fields whose workloads grants name. */
const toolFields = ["tools", "legacyTools"] as const satisfies readonly WorkloadField[];

/** Notes grants on tools or through gateways that the tenant has not, and what components refuse of the others. */
export function checkGrants(
  path: string,
  name: string,
  workload: ManifestWorkload,
  tenantName: string,
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  const tenant = manifest.tenants?.[tenantName];
  const autonomy = workload.autonomy ?? Autonomy.Supervised;
  // A mistaken grant has left a hole, which `forEach` passes over.
  (workload.grants ?? []).forEach(({ gateway, ...grant }, index) => {
    const at = `${path}.grants[${index}]`;
    if (!mistakes.isClean(`${at}.tool`)) return;
    const places = toolFields.map((field) => `tenants.${tenantName}.${field}.${grant.tool}`);
    if (!places.some((place) => mistakes.has(place))) {
      mistakes.addAt(`${at}.tool`, unknownTool(grant.tool, tenantName, manifest));
      return;
    }
    if (!mistakes.isClean(at)) return;
    const tool = toolRefOf(grant.tool, tenantName, tenant);
    if (gateway === undefined) {
      const problem = grantProblem({ ...grant, tool }, { autonomy, name });
      if (problem !== undefined) mistakes.addAt(at, problem);
      return;
    }
    const gateways = Object.keys(tenant?.gateways ?? {});
    if (!mistakes.has(`tenants.${tenantName}.gateways.${gateway}`)) {
      const where = `\`gateways\` of tenant \`${tenantName}\``;
      mistakes.addAt(`${at}.gateway`, unknownName(gateway, "gateway", gateways, where));
      return;
    }
    const ref = gatewayRefOf(gateway, tenantName, tenant, mistakes);
    if (ref === undefined) return;
    const through = { ...grant, tool, gateway: asFarAsKnown(ref, path, workload, mistakes) };
    const oauth2Providers = mistakes.isClean(`${path}.oauth2Providers`)
      ? oauth2ProvidersOf(workload)
      : [];
    const problem = grantProblem(through, { autonomy, name, oauth2Providers });
    if (problem !== undefined) mistakes.addAt(at, problem);
  });
}

/** The component checks the issuer of a workload's tokens that comes from the program. */
function asFarAsKnown(
  { jwt, ...ref }: GatewayRef,
  path: string,
  { oauth2Providers = [] }: ManifestWorkload,
  mistakes: Mistakes,
): GatewayRef {
  const isKnown =
    mistakes.isClean(`${path}.oauth2Providers`) &&
    isPlain(oauth2Providers.map(({ discoveryUrl }) => discoveryUrl));
  return { ...ref, ...(isKnown && jwt !== undefined && { jwt }) };
}

function toolRefOf(
  name: string,
  tenantName: string,
  tenant: ManifestTenant | undefined,
): pulumi.Unwrap<ToolRef> {
  const declared = toolsOf(tenant)[name];
  return {
    tenant: tenantName,
    name,
    ...(declared?.risk !== undefined && { risk: declared.risk }),
    ...(declared?.directCallers !== undefined && { directCallers: declared.directCallers }),
  };
}

function unknownTool(tool: string, tenant: string, manifest: Partial<Manifest>): string {
  const tenants = Object.entries(manifest.tenants ?? {});
  const other = tenants.find(
    ([name, declared]) => name !== tenant && toolsOf(declared)[tool] !== undefined,
  );
  if (other !== undefined) {
    return `tool \`${tool}\` is of tenant \`${other[0]}\`, and no grant crosses tenants; grant a tool of \`${tenant}\``;
  }
  const known = Object.keys(toolsOf(manifest.tenants?.[tenant]));
  return unknownName(tool, "tool", known, `\`tools\` of tenant \`${tenant}\``);
}

function toolsOf(tenant: ManifestTenant | undefined): Readonly<Record<string, ManifestWorkload>> {
  return { ...tenant?.legacyTools, ...tenant?.tools };
}

/** Notes brokers that are no role of their tenant's account, and those that two tenants have. */
export function checkBrokers(
  tenants: readonly (readonly [string, ManifestTenant])[],
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  const owners = new Map<string, string>();
  for (const [name, tenant] of tenants) {
    const path = `tenants.${name}.broker.roleArn`;
    const roleArn = tenant.broker?.roleArn;
    if (typeof roleArn !== "string" || !mistakes.isClean(path)) continue;
    const problem = brokerProblem({ roleArn }, anyKnownFederation(tenant, manifest, mistakes));
    const owner = owners.get(roleArn);
    if (problem !== undefined) mistakes.addAt(path, problem);
    else if (owner === undefined) owners.set(roleArn, name);
    else {
      mistakes.addAt(
        path,
        `\`${roleArn}\` is tenant \`${owner}\`'s broker already, and could act for both; give each tenant a broker role of its own`,
      );
    }
  }
}

/** Notes direct callers that are no agents or orchestrators of the tenant, and those of tools that may have none. */
export function checkDirectCallers(
  tenantName: string,
  tenant: ManifestTenant,
  mistakes: Mistakes,
): void {
  const { tools = {}, agents = {}, orchestrators = {}, broker } = tenant;
  const callers = [...Object.keys(orchestrators), ...Object.keys(agents)];
  for (const [name, tool] of Object.entries(tools)) {
    const path = `tenants.${tenantName}.tools.${name}.directCallers`;
    if (tool.directCallers === undefined) continue;
    // A mistaken name has left a hole, which `forEach` passes over.
    tool.directCallers.forEach((caller, index) => {
      if (callers.includes(caller) || caller === name) return;
      mistakes.addAt(`${path}[${index}]`, noCaller(caller, callers, caller in tools));
    });
    if (!mistakes.isClean(path) || !mistakes.isClean(`tenants.${tenantName}.tools.${name}.risk`))
      continue;
    const { directCallers } = tool;
    const problem = directCallersProblem(
      { name, risk: tool.risk ?? {}, directCallers },
      broker !== undefined,
    );
    if (problem !== undefined) mistakes.addAt(path, problem);
  }
}

/** Who besides a tool itself may act as it, as far as it is known and has no mistakes. */
export function otherCallers(
  tenantName: string,
  name: string,
  { broker, tools }: ManifestTenant,
  mistakes: Mistakes,
): OtherCallers {
  const path = `tenants.${tenantName}`;
  const { roleArn, podIdentity } = (mistakes.isClean(`${path}.broker`) && broker) || {};
  const isGood = mistakes.isClean(`${path}.tools.${name}.directCallers`);
  const directCallers = isGood && broker === undefined ? tools?.[name]?.directCallers : undefined;
  return {
    ...(typeof roleArn === "string" && {
      broker: { roleArn, ...(podIdentity !== undefined && { podIdentity }) },
    }),
    ...(directCallers !== undefined && { directCallers }),
  };
}

function noCaller(name: string, callers: readonly string[], isTool: boolean): string {
  if (isTool) return toolAsCaller(name);
  const allowed =
    callers.length === 0 ? "none is declared" : `declared are ${listed(callers, "and")}`;
  return `no agent or orchestrator is called \`${name}\`; ${allowed}${didYouMean(name, callers)}`;
}
