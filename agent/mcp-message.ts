import { isObject } from "./endpoint";

/** A request or notification of the Model Context Protocol. */
export interface McpMessage {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Methods that set up a connection and list what there is. They neither act nor read data. */
const opening = [
  ...["initialize", "ping", "logging/setLevel"],
  ...["tools/list", "prompts/list", "resources/list", "resources/templates/list"],
];

/** The message that a JSON value is; undefined for everything else, such as the answer to one. */
export function mcpMessage(value: unknown): McpMessage | undefined {
  if (!isObject(value) || value["jsonrpc"] !== "2.0") return undefined;
  const { method, params } = value;
  if (typeof method !== "string") return undefined;
  return { method, params: isObject(params) ? params : {} };
}

/**
 * What a message calls: the name of a tool, or a method such as `resources/read`. Undefined for one that calls nothing.
 *
 * A method that is not known calls something: newer versions of the protocol have more of them.
 */
export function calledBy({ method, params }: McpMessage): string | undefined {
  if (opening.includes(method) || method.startsWith("notifications/")) return undefined;
  return method === "tools/call" && typeof params["name"] === "string" ? params["name"] : method;
}

/** The arguments of a tool that a message calls, or the parameters of another method. */
export function argumentsOf({ method, params }: McpMessage): Readonly<Record<string, unknown>> {
  const given = method === "tools/call" ? params["arguments"] : params;
  return isObject(given) ? given : {};
}
