import * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../arguments/argument-error";
import { part } from "../arguments/known";
import type { TenantRef } from "../tenant/tenant";

/** What a program has declared of a tenant so far. */
interface Declared {
  /** Names of its agents and orchestrators. */
  readonly callers: Set<string>;
  /** Direct callers of its tools, by the tool's name. */
  readonly tools: Map<string, readonly string[]>;
}

/** What each run of a program has declared, by tenant. */
const runs = new WeakMap<object, Map<string, Declared>>();

/** A workload as far as its name counts. */
export interface Named {
  readonly name: string;
  readonly tenant: pulumi.Input<TenantRef>;
}

/** What is wrong with a direct caller that is a tool. */
export function toolAsCaller(name: string): string {
  return `\`${name}\` is a tool, and tools are granted none; name agents and orchestrators`;
}

/** Notes an agent or orchestrator of a tenant. */
export function noteCaller(workload: Named): void {
  declaredOf(workload)?.callers.add(workload.name);
}

/** Notes a tool of a tenant; throws where it is a direct caller of another, or has another among its own. */
export function noteTool(subject: string, workload: Named, directCallers: readonly string[]): void {
  const declared = declaredOf(workload);
  if (declared === undefined) return;
  const { name } = workload;
  const tool = directCallers.find((caller) => declared.tools.has(caller));
  if (tool !== undefined) {
    throw argumentError(subject, `directCallers has a mistake: ${toolAsCaller(tool)}`);
  }
  for (const [other, callers] of declared.tools) {
    if (!callers.includes(name)) continue;
    throw argumentError(
      subject,
      `directCallers of tool \`${other}\` has a mistake: ${toolAsCaller(name)}`,
    );
  }
  declared.tools.set(name, directCallers);
}

/**
 * Names of the agents and orchestrators that a run has declared so far of a workload's tenant; undefined where they are
 * unknown.
 */
export function callersSoFar(workload: Named): ReadonlySet<string> | undefined {
  return declaredOf(workload)?.callers;
}

function declaredOf({ tenant }: Named): Declared | undefined {
  const run = pulumi.runtime.getMonitor();
  const name = part(tenant, (ref) => ref.name);
  // Without an engine nothing is registered, so that nothing is declared either.
  if (run === undefined || typeof name !== "string") return undefined;
  const tenants = runs.get(run) ?? new Map<string, Declared>();
  runs.set(run, tenants);
  const declared = tenants.get(name) ?? { callers: new Set(), tools: new Map() };
  tenants.set(name, declared);
  return declared;
}
