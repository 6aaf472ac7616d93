import { isObject } from "../agent/endpoint";
import { calledBy, mcpMessage } from "../agent/mcp-message";
import type { Call } from "./call";
import { refusing, requireCall } from "./checked-call";
import { CallRefused } from "./refusal";

/** Which intent each tool of an MCP server needs, by the tool's name; also methods, such as `resources/read`. */
export type ToolIntents = Readonly<Record<string, string>>;

/**
 * Compares what an MCP request calls with the intent that the broker has decided on.
 *
 * @param body the request's JSON: one message, or several
 * @throws CallRefused if they differ, or if no intent is known for what is called
 */
export function requireToolIntents(call: Call, body: unknown, intents: ToolIntents): void {
  for (const each of Array.isArray(body) ? (body as readonly unknown[]) : [body]) {
    const message = mcpMessage(each);
    if (message === undefined && !isAnswer(each)) {
      throw new CallRefused("invalid_request", "the body is no message of MCP");
    }
    const called = message && calledBy(message);
    if (called === undefined) continue;
    const intent = Object.hasOwn(intents, called) ? intents[called] : undefined;
    if (intent === undefined) {
      throw refusing(call)("no intent allows what is called");
    }
    requireCall(call, { intent });
  }
}

function isAnswer(value: unknown): boolean {
  return isObject(value) && ("result" in value || "error" in value) && !("method" in value);
}
