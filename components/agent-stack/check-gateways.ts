import { checkGateway, type GatewayDeclaration } from "../gateway/arguments";
import type { GatewayRef } from "../grants/gateway-ref";
import { operationsOf } from "../gateway/targets";
import type { ToolRef } from "../grants/grants";
import { isPlain } from "../arguments/known";
import { serviceArnOf } from "../workload/registrations";
import type { TenantRef } from "../tenant/tenant";
import { chosenFederation } from "../tenant/tenant-federations";
import type { Mistakes } from "../../yaml/problems";
import { isClean } from "./check-federations";
import { problemOf, subject } from "./component-checks";
import { federationArgs, federationNames, withChoice } from "./federations-of";
import type { Manifest, ManifestGateway, ManifestTenant, ManifestWorkload } from "./manifest-shape";
import { note } from "./note";
import { unknownName } from "./unknown-name";

/** Notes gateways that front no tool of their tenant, and what their own component refuses of them. */
export function checkGateways(
  tenantName: string,
  tenant: ManifestTenant,
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  for (const [name, declared] of Object.entries(tenant.gateways ?? {})) {
    const path = `tenants.${tenantName}.gateways.${name}`;
    const tools = toolsOf(tenant);
    // A mistaken target has left a hole, which `forEach` passes over.
    declared.targets.forEach(({ tool }, index) => {
      if (Object.hasOwn(tools, tool)) return;
      const where = `\`tools\` of tenant \`${tenantName}\``;
      const message = unknownName(tool, "tool", Object.keys(tools), where);
      mistakes.addAt(`${path}.targets[${index}].tool`, message);
    });
    const isRead =
      mistakes.isClean(path) &&
      isClean(`tenants.${tenantName}`, mistakes) &&
      federationNames(tenant).every((each) => mistakes.isClean(`federations.${each}`)) &&
      declared.targets.every(({ tool }) => isCleanTool(tenantName, tool, tenant, mistakes));
    if (!isRead) continue;
    const problem = problemOf(() => {
      checkGateway(subject, declarationOf(name, declared, tenantName, tenant, manifest));
    });
    note(path, problem, mistakes);
  }
}

/** What a gateway has once it is made, and no check of a grant uses. */
const standIn = {
  arn: "arn:aws:bedrock-agentcore:eu-central-1:111122223333:gateway/any-0123456789",
  arnPattern: "arn:aws:bedrock-agentcore:eu-central-1:111122223333:gateway/any-??????????",
  policyEngineId: "any",
};

/** A gateway of a manifest as grants name it, as far as it can be known; undefined where it has mistakes itself. */
export function gatewayRefOf(
  name: string,
  tenantName: string,
  tenant: ManifestTenant | undefined,
  mistakes: Mistakes,
): GatewayRef | undefined {
  const declared = tenant?.gateways?.[name];
  if (declared === undefined || !mistakes.isClean(`tenants.${tenantName}.gateways.${name}`)) {
    return undefined;
  }
  const targets = declared.targets.map((target) => ({
    ...target,
    tool: { tenant: tenantName, name: target.tool },
  }));
  const { jwt } = declared;
  return {
    tenant: tenantName,
    name,
    ...standIn,
    operations: operationsOf({ name, tenant: {} as TenantRef, targets }),
    // The component checks the issuer of a value of the program.
    ...(jwt !== undefined && isPlain(jwt.discoveryUrl) && { jwt }),
  };
}

function declarationOf(
  name: string,
  gateway: ManifestGateway,
  tenantName: string,
  tenant: ManifestTenant,
  manifest: Partial<Manifest>,
): GatewayDeclaration {
  const { federation, jwt, targets } = withChoice(tenant, gateway);
  const ref = { name: tenantName, ...federationArgs(tenant, manifest) } as TenantRef;
  const toolRef = (tool: string): ToolRef => {
    const { subject: own, federation: chosen } = withChoice(tenant, toolsOf(tenant)[tool] ?? {});
    const declared = {
      name: tool,
      tenant: ref,
      provenBy: chosenFederation(subject, ref, chosen),
      ...(own !== undefined && { subject: own }),
    };
    return { tenant: tenantName, name: tool, ...serviceArnOf(subject, declared) };
  };
  return {
    name,
    tenant: ref,
    ...(federation !== undefined && { federation }),
    ...(jwt !== undefined && { jwt }),
    targets: targets.map((target) => ({ ...target, tool: toolRef(target.tool) })),
  };
}

/** The location of a tool depends on its subject, which is reported there. */
function isCleanTool(
  tenantName: string,
  tool: string,
  { tools }: ManifestTenant,
  mistakes: Mistakes,
): boolean {
  const field = tools !== undefined && Object.hasOwn(tools, tool) ? "tools" : "legacyTools";
  const path = `tenants.${tenantName}.${field}.${tool}`;
  return mistakes.isClean(`${path}.subject`) && mistakes.isClean(`${path}.federation`);
}

function toolsOf({
  tools,
  legacyTools,
}: ManifestTenant): Readonly<Record<string, Pick<ManifestWorkload, "federation" | "subject">>> {
  return { ...legacyTools, ...tools };
}
