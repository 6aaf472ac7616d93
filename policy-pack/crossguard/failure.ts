import { visible } from "../../core/visible";
import type { Urn } from "../../core/snapshot/value";
import { ConfigurationProblem } from "./configuration";
import { ReportProblem } from "./report-file";
import type { Violation } from "./violation";

/**
 * A failure of the pack itself as a violation that blocks, whatever is configured: what was not judged is not approved.
 *
 * For a foreign error only its kind and location are reported, since its text may contain a part of what was read.
 */
export function failureViolation(error: unknown, urn: Urn): Violation {
  return {
    message: textOf(error),
    enforcementLevel: "mandatory",
    severity: "critical",
    urn,
  };
}

function textOf(error: unknown): string {
  const text =
    error instanceof ReportProblem
      ? `agentid could not write its report: ${error.message}`
      : `agentid could not judge this: ${reasonOf(error)}`;
  return text.split("\n").map(visible).join("\n");
}

function reasonOf(error: unknown): string {
  if (error instanceof ConfigurationProblem) return error.message;
  if (!(error instanceof Error)) return "the policy pack failed; please report this";
  return `the policy pack failed with ${error.name}${placeOf(error)}; please report this`;
}

/** Function and file of the innermost call, such as ` in plainValue (plain-values.js:72:12)`. */
function placeOf(error: Error): string {
  const calls = (error.stack ?? "").replace(error.message, "");
  const frame = calls.split("\n").find((line) => /^\s+at .*:\d+\)?$/.test(line)) ?? "";
  const name = /^\s+at (\S+) /.exec(frame)?.[1];
  const [, place] = /^([\w.-]+:\d+:\d+)\)?$/.exec(frame.split(/[^\w.:)-]/).at(-1) ?? "") ?? [];
  if (place === undefined) return "";
  return name === undefined ? ` at ${place}` : ` in ${name} (${place})`;
}
