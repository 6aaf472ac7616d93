import { checkGateway, type GatewayDeclaration } from "../gateway/arguments";
import type { GatewayRef } from "../gateway/ref";
import { operationsOf } from "../gateway/targets";
import type { ToolRef } from "../grants";
import { isPlain } from "../known";
import { serviceArnOf } from "../service-arn";
import type { TenantRef } from "../tenant";
import type { Mistakes } from "../../yaml/problems";
import { problemOf, subject } from "./component-checks";
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
      mistakes.isClean(`tenants.${tenantName}.federation`) &&
      mistakes.isClean(`federations.${tenant.federation}`) &&
      declared.targets.every(({ tool }) => isCleanTool(tenantName, tool, tenant, mistakes));
    if (!isRead) continue;
    const problem = problemOf(() => {
      checkGateway(subject, declarationOf(name, declared, tenantName, tenant, manifest));
    });
    note(path, problem, mistakes);
  }
}

/** What no check of a grant goes by, and a gateway has once it is made. */
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
    // Whose tokens they are that the program tells later is checked by the component.
    ...(jwt !== undefined && isPlain(jwt.discoveryUrl) && { jwt }),
  };
}

function declarationOf(
  name: string,
  { jwt, targets }: ManifestGateway,
  tenantName: string,
  tenant: ManifestTenant,
  { federations }: Partial<Manifest>,
): GatewayDeclaration {
  const federation = federations?.[tenant.federation] ?? {};
  const ref = { name: tenantName, federation } as TenantRef;
  const toolRef = (tool: string): ToolRef => {
    const own = toolsOf(tenant)[tool]?.subject;
    const declared = { name: tool, tenant: ref, ...(own !== undefined && { subject: own }) };
    return { tenant: tenantName, name: tool, ...serviceArnOf(subject, declared) };
  };
  return {
    name,
    tenant: ref,
    ...(jwt !== undefined && { jwt }),
    targets: targets.map((target) => ({ ...target, tool: toolRef(target.tool) })),
  };
}

/** Where a tool is rests on its subject, which is told where it stands. */
function isCleanTool(
  tenantName: string,
  tool: string,
  { tools }: ManifestTenant,
  mistakes: Mistakes,
): boolean {
  const field = tools !== undefined && Object.hasOwn(tools, tool) ? "tools" : "legacyTools";
  return mistakes.isClean(`tenants.${tenantName}.${field}.${tool}.subject`);
}

function toolsOf({
  tools,
  legacyTools,
}: ManifestTenant): Readonly<Record<string, Pick<ManifestWorkload, "subject">>> {
  return { ...legacyTools, ...tools };
}
