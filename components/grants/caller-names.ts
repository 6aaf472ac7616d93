import { nearest } from "../../core/nearest";
import { argumentError } from "../arguments/argument-error";
import { callersSoFar, type Named } from "./declared-callers";
import type { Grant, ToolRef } from "./grants";
import { isPlain } from "../arguments/known";
import { safeName } from "../arguments/naming";

/**
 * Refuses a grant whose tool names another direct caller where the workload itself is meant.
 *
 * A tool is declared before its callers, and some may be of another stack. A name that no workload has is a mistake where it
 * is near that of a workload that has a grant on the tool, which is of no use to it otherwise.
 */
export function checkCallerNames(subject: string, workload: Named, grants: readonly Grant[]): void {
  const declared = callersSoFar(workload);
  if (declared === undefined) return;
  for (const { tool, gateway } of grants) {
    const { name, directCallers = [] } = tool as ToolRef;
    if (gateway !== undefined || typeof name !== "string" || !isPlain(directCallers)) continue;
    const callers = (directCallers as readonly string[]).map(safeName);
    if (callers.includes(workload.name)) continue;
    const unknown = callers.filter((caller) => !declared.has(caller));
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
