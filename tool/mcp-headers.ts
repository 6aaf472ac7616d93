import { headerValue, type McpMessage } from "../core/mcp-message";

/** Headers of an MCP request that repeat parts of its body, so that proxies decide without it. */
export interface McpHeaders {
  /** The header `Mcp-Method`. */
  readonly method?: string | undefined;
  /** The header `Mcp-Name`. */
  readonly name?: string | undefined;
  /** The header `MCP-Protocol-Version`. */
  readonly version?: string | undefined;
}

/** The parameter that `Mcp-Name` repeats, by method (source: MCP 2026-07-28, Streamable HTTP, Standard Request Headers). */
const named: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
};

/** The first version whose requests have these headers; versions are dates. */
const firstVersion = "2026-07-28";

/**
 * What is wrong with the headers of a request; undefined if nothing is.
 *
 * A proxy may have decided by them: those that are there equal the body, and from 2026-07-28 on they have to be there.
 */
export function headerProblem(
  { method, params }: McpMessage,
  { method: givenMethod, name: givenName, version = "" }: McpHeaders,
): string | undefined {
  const isRequired = version >= firstVersion;
  if (givenMethod === undefined ? isRequired : givenMethod !== method) {
    return "Mcp-Method is not the method of the body";
  }
  const parameter = Object.hasOwn(named, method) ? named[method] : undefined;
  const value = parameter === undefined ? undefined : params[parameter];
  if (
    givenName === undefined ? isRequired && value !== undefined : headerValue(givenName) !== value
  ) {
    return "Mcp-Name is not what the body names";
  }
  return undefined;
}
