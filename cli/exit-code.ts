import type { Report, Verdict } from "../policy-pack/views/report";
import { isUnreadable } from "../core/snapshot/resource";

/** How judging one program ended. */
export type Ending =
  | {
      readonly kind: "judged";
      readonly verdict: Verdict;
      /** Whether a part could not be read. Default false. */
      readonly partly?: boolean;
    }
  | { readonly kind: "could not run" };

/** How judging ended that gave a report. */
export function endingOf({ verdict, judgement }: Report): Ending {
  return { kind: "judged", verdict, partly: judgement.notes.some(isUnreadable) };
}

/** Exit codes of `agentid check`. */
export const exitCodes = { passed: 0, violated: 1, couldNotRun: 2, notProven: 3 } as const;

/** The worst of several: what could not be run before findings, findings before what is not proven. */
const worstFirst = [exitCodes.couldNotRun, exitCodes.violated, exitCodes.notProven];

/** The exit code for how judging each program ended. */
export function exitCodeOf(endings: readonly Ending[]): number {
  const codes = endings.map(codeOf);
  return worstFirst.find((code) => codes.includes(code)) ?? exitCodes.passed;
}

function codeOf(ending: Ending): number {
  if (ending.kind === "could not run" || ending.partly === true) return exitCodes.couldNotRun;
  switch (ending.verdict) {
    case "passed":
      return exitCodes.passed;
    case "violated":
      return exitCodes.violated;
    case "not proven":
      return exitCodes.notProven;
  }
}
