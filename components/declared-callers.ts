import * as pulumi from "@pulumi/pulumi";
import { nearest } from "../core/nearest";
import { argumentError } from "./argument-error";
import type { Grant, ToolRef } from "./grants";
import { isPlain, part } from "./known";
import { safeName } from "./naming";
import type { TenantRef } from "./tenant";

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
interface Named {
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
 * Refuses a grant whose tool names another direct caller where the workload itself is meant.
 *
 * A tool is declared before its callers, and some may be of another stack. A name that no workload has is a mistake where it
 * is near that of a workload that has a grant on the tool, which is of no use to it otherwise.
 */
export function checkMeant(subject: string, workload: Named, grants: readonly Grant[]): void {
  const declared = declaredOf(workload);
  if (declared === undefined) return;
  for (const { tool, gateway } of grants) {
    const { name, directCallers = [] } = tool as ToolRef;
    if (gateway !== undefined || typeof name !== "string" || !isPlain(directCallers)) continue;
    const callers = (directCallers as readonly string[]).map(safeName);
    if (callers.includes(workload.name)) continue;
    const unknown = callers.filter((caller) => !declared.callers.has(caller));
    // Of names of a letter or two any is near any other.
    const typed = unknown.find(
      (caller) => caller.length > 2 && nearest(caller, [workload.name]) !== undefined,
    );
    if (typed === undefined) continue;
    throw argumentError(
      subject,
      `grant to \`${name}\` gives nothing, since the tool's \`directCallers\` name \`${typed}\`; did you mean \`${workload.name}\`? If not, declare \`${typed}\` before it, or leave the grant out`,
    );
  }
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
