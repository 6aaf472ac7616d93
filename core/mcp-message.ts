/** A request or notification of the Model Context Protocol. */
export interface McpMessage {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * What clients send, by the schemas of the versions 2025-03-26 to 2026-07-28 (`ClientRequest` and `ClientNotification` in
 * modelcontextprotocol/modelcontextprotocol, schema/<version>/schema.json).
 */
const methods = {
  /** Sets up a connection, or lists what there is: it neither acts nor reads data. */
  opening: [
    ...["initialize", "ping", "logging/setLevel", "server/discover", "subscriptions/listen"],
    ...["tools/list", "prompts/list", "resources/list", "resources/templates/list"],
    ...["notifications/initialized", "notifications/cancelled", "notifications/progress"],
    ...["notifications/roots/list_changed", "notifications/tasks/status"],
  ],
  /** Acts or reads data. */
  calling: [
    ...["tools/call", "prompts/get", "resources/read", "completion/complete"],
    ...["resources/subscribe", "resources/unsubscribe"],
    ...["tasks/get", "tasks/result", "tasks/list", "tasks/cancel"],
  ],
} as const;

/** What a message does: it opens, or it calls something by a name; a method that no version has is unknown. */
export type McpPurpose =
  | { readonly kind: "opening" | "unknown" }
  | { readonly kind: "call"; readonly name: string };

/** The message that a JSON value is; undefined for everything else, such as the answer to one. */
export function mcpMessage(value: unknown): McpMessage | undefined {
  if (!isObject(value) || value["jsonrpc"] !== "2.0") return undefined;
  const { method, params } = value;
  if (typeof method !== "string") return undefined;
  return { method, params: isObject(params) ? params : {} };
}

/** What a message does; it calls a tool by the tool's name, and anything else by its method, such as `resources/read`. */
export function purposeOf({ method, params }: McpMessage): McpPurpose {
  if (has(methods.opening, method)) return { kind: "opening" };
  if (!has(methods.calling, method)) return { kind: "unknown" };
  const { name } = params;
  return {
    kind: "call",
    name: method === "tools/call" && typeof name === "string" ? name : method,
  };
}

/** The arguments of a tool that a message calls, or the parameters of another method. */
export function argumentsOf({ method, params }: McpMessage): Readonly<Record<string, unknown>> {
  const given = method === "tools/call" ? params["arguments"] : params;
  return isObject(given) ? given : {};
}

/** The value of a header of MCP; text beyond ASCII is in base64 (source: MCP 2026-07-28, Streamable HTTP, Value Encoding). Undefined if it is malformed. */
export function headerValue(header: string): string | undefined {
  const [, base64] = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(header) ?? [];
  if (base64 === undefined) return header;
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("base64") !== base64) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function has(list: readonly string[], method: string): boolean {
  return list.includes(method);
}
