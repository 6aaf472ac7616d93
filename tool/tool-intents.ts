import { isObject } from "../agent/endpoint";
import { argumentsOf, mcpMessage, purposeOf } from "../core/mcp-message";
import type { Call } from "./call";
import { narrowedTo, refusing, requireCall } from "./checked-call";
import { headerProblem, type McpHeaders } from "./mcp-headers";
import { CallRefused } from "./refusal";

/** What one tool of an MCP server is called for. */
export interface ToolIntent {
  readonly intent: string;
  /**
   * The target of a call, with the argument that names it in braces, such as `order/{order}`. `null` for a tool that takes no
   * target: it refuses a call that was decided for one.
   */
  readonly target: string | null;
}

/** What each tool of an MCP server is called for, by the tool's name; also methods, such as `resources/read`. */
export type ToolIntents = Readonly<Record<string, ToolIntent>>;

/** A tool's intent and target, checked: its target is the argument's text between two others. */
interface Read {
  readonly intent: string;
  readonly target?: { readonly before: string; readonly argument: string; readonly after: string };
}

/** Compares what an MCP request calls with what the broker has decided on; returns the call for its one intent. */
export type CheckToolIntents = (call: Call, body: unknown, headers?: McpHeaders) => Call;

/**
 * Makes the check of a server's requests.
 *
 * @throws TypeError for a tool without an intent, or that states neither a target nor that it takes none
 */
export function toolIntentsCheck(intents: ToolIntents): CheckToolIntents {
  const known = new Map(
    Object.entries(intents).map(([name, each]) => [name, readIntent(name, each)]),
  );
  return (call, body, headers = {}) => {
    const used = new Set<string>();
    for (const each of Array.isArray(body) ? (body as readonly unknown[]) : [body]) {
      const message = mcpMessage(each);
      if (message === undefined && !isAnswer(each)) {
        throw new CallRefused("invalid_request", "the body is no message of MCP");
      }
      if (message === undefined) continue;
      const mismatch = headerProblem(message, headers);
      if (mismatch !== undefined) throw headerMismatch(each, mismatch);
      const purpose = purposeOf(message);
      if (purpose.kind === "opening") continue;
      const found = known.get(purpose.kind === "call" ? purpose.name : message.method);
      if (found === undefined) {
        throw refusing(call)(
          purpose.kind === "call"
            ? "no intent allows what is called"
            : "the method is none of MCP that this tool knows",
        );
      }
      const { intent, target } = found;
      requireCall(call, { intent });
      used.add(intent);
      // Also where it is undefined: a call that was decided for a target then fits no tool without one.
      const named = target && targetIn(argumentsOf(message), target);
      if (target !== undefined && named === undefined) {
        throw refusing(call)(`the argument ${target.argument} names no target`);
      }
      requireCall(call, { target: named } as { target: string });
    }
    const [intent, ...others] = used;
    return intent === undefined || others.length > 0 ? call : narrowedTo(call, intent);
  };
}

/** The answer to a request whose headers contradict its body (source: MCP 2026-07-28, Streamable HTTP, Server Validation). */
function headerMismatch(message: unknown, problem: string): CallRefused {
  const id = isObject(message) ? (message["id"] ?? null) : null;
  const error = { code: -32_020, message: `Header mismatch: ${problem}` };
  return new CallRefused("invalid_request", problem, { body: { jsonrpc: "2.0", id, error } });
}

/**
 * Compares what an MCP request calls with what the broker has decided on.
 *
 * @param body the request's JSON: one message, or several
 * @param headers those of the request that repeat parts of its body
 * @returns the call, for the one intent that the request has
 * @throws CallRefused if they differ, or if no intent is known for what is called
 */
export function requireToolIntents(
  call: Call,
  body: unknown,
  intents: ToolIntents,
  headers?: McpHeaders,
): Call {
  return toolIntentsCheck(intents)(call, body, headers);
}

function readIntent(name: string, written: Partial<ToolIntent> | string | undefined): Read {
  const problem = (what: string): TypeError => new TypeError(`toolIntents: \`${name}\` ${what}`);
  const { intent, target } = typeof written === "object" ? written : { intent: written };
  if (typeof intent !== "string" || intent === "") throw problem("states no intent");
  if (target === null) return { intent };
  if (typeof target !== "string") {
    const example = `{ intent: "${intent}", target: "order/{order}" }`;
    throw problem(`states no target; write \`${example}\`, or \`target: null\` if it takes none`);
  }
  const [before = "", argument, after = "", ...more] = target.split(/\{([^{}]+)\}/);
  if (argument === undefined) {
    throw problem(`has the target \`${target}\`, which names no argument; write it as \`{order}\``);
  }
  // Two texts side by side can read like two others.
  if (more.length > 0) {
    throw problem(`has the target \`${target}\`, which names several arguments; name one`);
  }
  return { intent, target: { before, argument, after } };
}

/** The target that arguments name; undefined unless the argument is a text or a whole number. */
function targetIn(
  given: Readonly<Record<string, unknown>>,
  { before, argument, after }: NonNullable<Read["target"]>,
): string | undefined {
  const value = Object.hasOwn(given, argument) ? given[argument] : undefined;
  const isNamed =
    typeof value === "string"
      ? value !== ""
      : typeof value === "number" && Number.isSafeInteger(value);
  return isNamed ? `${before}${String(value)}${after}` : undefined;
}

function isAnswer(value: unknown): boolean {
  return isObject(value) && ("result" in value || "error" in value) && !("method" in value);
}
