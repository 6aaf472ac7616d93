import { purposeOf } from "../../core/mcp-message";
import type { ToolWorkload } from "../identity/workloads";
import type { Evaluation } from "./request";

/*
 * Messages of MCP as requests of AuthZEN. Source: openid/authzen, profiles/authzen-coaz-mcp-binding-1_0.md (COAZ-MCP, draft 1,
 * at e287920e), which supersedes authzen-mcp-profile-1_0.md.
 */

/** What a request comes to in the terms of grants. */
export type Wanted =
  | { readonly kind: "call"; readonly intent: string; readonly target?: string }
  /** Calls nothing: any grant of the caller on the tool allows it. */
  | { readonly kind: "opening" }
  | { readonly kind: "refused"; readonly reason: string };

/** The type of what is the server itself. */
const server = "mcp_server";

/** Types of the resource of methods that are about one thing of the server, by the default mappings. */
const types: Readonly<Record<string, readonly string[]>> = {
  "tools/call": ["tool"],
  "prompts/get": ["prompt"],
  "resources/read": ["resource"],
  "resources/subscribe": ["resource"],
  "resources/unsubscribe": ["resource"],
  "completion/complete": ["prompt", "resource"],
  "tasks/get": ["task"],
  "tasks/result": ["task"],
  "tasks/cancel": ["task"],
};

/** Whether an action is a method of MCP that calls, opens or lists. */
export function isMethod(action: string): boolean {
  return purposeOf({ method: action, params: {} }).kind !== "unknown";
}

/**
 * What a request with `context.agent` comes to.
 *
 * A method of MCP has a default mapping, and needs the intent that the tool's `calls` have for it. Every other action is one of a
 * declared mapping, and so an intent. Where the resource is not of the type that the default mapping has, its id may be an argument
 * of the caller's: the name of another tool would then choose a weaker intent.
 */
export function wantedOf({ action, resource }: Evaluation, { calls, ...tool }: Tool): Wanted {
  const purpose = purposeOf({ method: action, params: { name: resource.id } });
  if (purpose.kind === "unknown") {
    if (resource.type === server) return refused("the method is unknown");
    return { kind: "call", intent: action, target: resource.id };
  }
  const expected = (Object.hasOwn(types, action) && types[action]) || [server];
  if (!expected.includes(resource.type)) {
    return refused("the resource is of another type than the method's in COAZ-MCP");
  }
  if (resource.type === server && resource.id !== tool.resource) {
    return refused("the server is not the `resource` of the tool");
  }
  if (purpose.kind !== "call") return { kind: "opening" };
  const intent = calls && Object.hasOwn(calls, purpose.name) ? calls[purpose.name] : undefined;
  if (intent === undefined) return refused("the tool has no entry for it in `calls`");
  // The name of a tool is no target of a call, and the server is none.
  const hasTarget = resource.type !== server && action !== "tools/call";
  return { kind: "call", intent, ...(hasTarget && { target: resource.id }) };
}

type Tool = Pick<ToolWorkload["tool"], "resource" | "calls">;

function refused(reason: string): Wanted {
  return { kind: "refused", reason };
}
