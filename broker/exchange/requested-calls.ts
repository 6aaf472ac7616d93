import { intentText } from "../../core/grants/request";
import type { ToolWorkload } from "../identity/workloads";
import { Refused } from "../refused";
import { isShort, readCall, type CallDetails } from "../request/details";
import type { Form } from "../request/form";

/** Most intents of one `scope`: each is decided. */
const mostIntents = 8;

/** The calls that a request is for, and whether it describes them itself. */
export interface RequestedCalls {
  /** At least one; several only where none is described, and they differ in nothing but their intent. */
  readonly calls: readonly CallDetails[];
  readonly isDescribed: boolean;
}

/**
 * The calls that a request is for: the one of `authorization_details`, or without that one for each intent of `scope`, with the
 * tool's defaults. Throws {@link Refused}.
 */
export function requestedCalls(
  { authorization_details: text, scope }: Form,
  { name, tool: { defaults } }: Pick<ToolWorkload, "name" | "tool">,
): RequestedCalls {
  if (text !== undefined) {
    const call = readCall(text);
    if (scope === undefined || scope === call.intent) return { calls: [call], isDescribed: true };
    throw new Refused("invalid_scope", "`scope` is not the intent of `authorization_details`");
  }
  if (defaults === undefined) {
    const sentence = `\`authorization_details\` is missing, and tool \`${name}\` has no \`defaults\` in the broker's configuration`;
    throw new Refused("invalid_request", sentence);
  }
  const { intent, sensitivity } = defaults;
  const named = (scope ?? "").split(" ").filter((each) => each !== "");
  const intents = [...new Set(named.length === 0 && intent !== undefined ? [intent] : named)];
  if (intents.length === 0) {
    const sentence = `\`scope\` names no intent, and the defaults of tool \`${name}\` have none`;
    throw new Refused("invalid_scope", sentence);
  }
  if (intents.length > mostIntents) {
    throw new Refused("invalid_scope", `\`scope\` has more than ${mostIntents} intents`);
  }
  if (!intents.every((each) => intentText.test(each) && isShort(each))) {
    throw new Refused("invalid_scope", "`scope` has a character that no intent has");
  }
  const calls = intents.map((each): CallDetails => {
    return { type: "agentid_call", intent: each, sensitivity, context: {} };
  });
  return { calls, isDescribed: false };
}
