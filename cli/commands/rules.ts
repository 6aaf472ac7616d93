import { rules as allRules } from "../../policy-pack/rules/index";
import { write } from "../console";
import { exitCodes } from "../exit-code";

/** `agentid rules`: lists the rules, with the state that each requires. */
export async function rules(): Promise<number> {
  const longest = Math.max(...allRules.map((rule) => rule.id.length));
  const lines = allRules.map(
    (rule) => `${rule.severity.padEnd(8)}  ${rule.id.padEnd(longest)}  ${rule.title}\n`,
  );
  await write(process.stdout, lines.join(""));
  return exitCodes.passed;
}
