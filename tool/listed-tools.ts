import { isObject } from "../agent/endpoint";
import { mcpMessage } from "../core/mcp-message";
import type { Call } from "./call";
import { howVerified } from "./checked-call";
import type { ToolIntents } from "./tool-intents";

/** Whether an answer may list a tool, by the tool's name. */
export type IsListed = (tool: string) => boolean;

/**
 * Which tools the answer to a request may list: those with an intent that grants of the caller have. Undefined where the request
 * lists none, or the verifier does not introspect, so that the grants are not known here.
 */
export function listedFor(call: Call, body: unknown, intents: ToolIntents): IsListed | undefined {
  const { granted } = howVerified(call);
  const messages = Array.isArray(body) ? (body as readonly unknown[]) : [body];
  const lists = messages.some((each) => mcpMessage(each)?.method === "tools/list");
  if (granted === undefined || !lists) return undefined;
  return (tool) => Object.hasOwn(intents, tool) && granted.includes(intents[tool]?.intent ?? "");
}

/** An answer to `tools/list`, as JSON or as a stream of events, with the tools that may be listed. */
export function withListed(text: string, isListed: IsListed): string {
  const whole = listedIn(text, isListed);
  if (whole !== undefined) return whole;
  return text
    .split("\n")
    .map((line) => {
      const [, field = "", data = ""] = /^(data: ?)(.*?)\r?$/.exec(line) ?? [];
      const listed = data === "" ? undefined : listedIn(data, isListed);
      return listed === undefined ? line : field + listed;
    })
    .join("\n");
}

/** A message or several as JSON, filtered; undefined if the text is no JSON. */
function listedIn(text: string, isListed: IsListed): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const filtered = (message: unknown): unknown => {
    const result = isObject(message) ? message["result"] : undefined;
    const tools = isObject(result) ? result["tools"] : undefined;
    if (!Array.isArray(tools)) return message;
    const listed = tools.filter(
      (tool: unknown) => isObject(tool) && isListed(String(tool["name"])),
    );
    return { ...(message as object), result: { ...(result as object), tools: listed } };
  };
  return JSON.stringify(Array.isArray(value) ? value.map(filtered) : filtered(value));
}
