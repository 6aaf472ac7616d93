import { didYouMean, listed, type Mistakes } from "../../yaml/problems";
import { toolAsCaller } from "../declared-callers";
import { directCallersProblem, type OtherCallers } from "./component-checks";
import type { ManifestTenant } from "./manifest-shape";

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
