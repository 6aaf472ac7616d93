import { notKnown } from "../../../core/certainty";
import type { McpAuthentication, McpSource } from "../../facts/fact-values";
import {
  entriesAt,
  listAt,
  opened,
  read,
  readString,
  readThrough,
} from "../../../core/snapshot/read";
import { isList, type Value } from "../../../core/snapshot/value";
import { isCredentialName } from "./name";
import { isNoCredential, isReference, shortestCredential } from "./value";

/** A static credential in the configuration of a client of the Model Context Protocol. */
export interface McpCredential {
  readonly server: string;
  /** Path in the configuration: `mcpServers.crm.headers.Authorization`. */
  readonly path: string;
  readonly as: McpAuthentication;
  readonly from: McpSource;
}

interface Server {
  readonly name: string;
  readonly path: string;
  readonly value: Value;
}

/**
 * The names of lists of servers in the files of clients.
 *
 * Source: the configuration files of Claude Desktop, Claude Code and Cursor (`mcpServers`), of Codex (`mcp_servers`), of Zed
 * (`context_servers`), of Goose (`extensions`), and of Visual Studio Code (`servers`, below `mcp` or in a file of its own).
 */
const lists = new Set(["mcpServers", "mcp_servers", "mcpservers", "context_servers"]);

/** The transports of the protocol that a server of a list called only `servers` has. */
const transports = new Set([
  "stdio",
  "sse",
  "http",
  "streamable-http",
  "streamable_http",
  "streamableHttp",
]);

const deepest = 6;

/** The static credentials in a configuration: those of each server that it names. */
export function mcpCredentialsIn(configuration: Value): readonly McpCredential[] {
  return serversIn(configuration).flatMap((server) => [...credentialsOf(server)]);
}

/** The static credentials in the words of a command line that starts, or goes through, such a client. */
export function mcpCredentialsInWords(words: readonly Value[]): readonly McpCredential[] {
  const texts = words.map((word) => textOf(word));
  if (!texts.some((text) => text !== undefined && /(^|[^a-z])mcp([^a-z]|$)/i.test(text))) return [];
  const url = texts.find((text) => text !== undefined && /^https?:\/\//.test(text));
  const name = hostOf(url) ?? "the command line";
  return [...wordsOf({ name, path: "", value: null }, words)];
}

/** The header that authenticates the caller: `Authorization`, or one with the name of a credential; undefined for others. */
export function authenticationBy(header: string): McpAuthentication | undefined {
  if (/^(?:proxy-)?authorization$/i.test(header)) return "bearer token";
  return isCredentialName(header) ? "credential" : undefined;
}

function serversIn(configuration: Value): readonly Server[] {
  const found: Server[] = [];
  const visit = (value: Value, path: string, depth: number): void => {
    if (depth > deepest) return;
    for (const [key, inner] of entriesAt(value)) {
      const at = path === "" ? key : `${path}.${key}`;
      if (lists.has(key)) found.push(...serversOf(inner, at));
      else if (key === "servers" || key === "extensions") {
        const isOfMcp = /(^|\.)mcp$/i.test(path);
        found.push(...serversOf(inner, at).filter((one) => isOfMcp || hasTransport(one)));
      } else visit(inner, at, depth + 1);
    }
  };
  visit(configuration, "", 0);
  return found.length > 0 ? found : bareServersIn(configuration);
}

/** A configuration that is the map of servers itself. */
function bareServersIn(configuration: Value): readonly Server[] {
  const servers = serversOf(configuration, "").map((one) => ({ ...one, path: one.name }));
  const isMap = !isList(configuration) && servers.length === entriesAt(configuration).length;
  return isMap && servers.every(hasTransport) ? servers : [];
}

function serversOf(value: Value, path: string): readonly Server[] {
  const plain = opened(value);
  const servers = isList(plain)
    ? plain.map((one, index) => ({
        name: textOf(one, "name") ?? String(index),
        path: `${path}[${index}]`,
        value: one,
      }))
    : entriesAt(plain).map(([name, one]) => ({ name, path: `${path}.${name}`, value: one }));
  return servers.filter((server) => isServer(server.value));
}

function hasTransport({ value }: Server): boolean {
  return transports.has(textOf(value, "type") ?? textOf(value, "transport") ?? "");
}

/** Whether a value has what a server is reached by. */
function isServer(value: Value): boolean {
  return ["url", "uri", "serverUrl", "httpUrl", "endpoint", "command"].some(
    (property) => read(value, property).kind !== "absent",
  );
}

function* credentialsOf(server: Server): Iterable<McpCredential> {
  const { value, path } = server;
  for (const property of ["headers", "http_headers", "requestHeaders"]) {
    for (const [name, text] of pairsAt(value, property)) {
      yield* headerOf(server, `${path}.${property}.${name}`, name, text);
    }
  }
  for (const [name, text] of pairsAt(value, "env")) {
    if (isCredentialName(name)) yield* given(server, `${path}.env.${name}`, "credential", text);
  }
  for (const [name, text] of entriesAt(value)) {
    const at = `${path}.${name}`;
    if (name === "bearer_token_env_var") {
      const variable = textOf(text);
      const from = { kind: "variable", variable: variable ?? "" } as const;
      if (variable !== undefined) yield { server: server.name, path: at, as: "bearer token", from };
    } else if (isCredentialName(name)) yield* given(server, at, "credential", text);
  }
  for (const property of ["url", "uri", "serverUrl", "httpUrl", "endpoint"]) {
    yield* urlOf(server, `${path}.${property}`, textOf(value, property));
  }
  yield* wordsOf(server, listAt(value, "args"));
}

/** Names and values of an object, or of a list of them with `name` and `value`. */
function pairsAt(value: Value, property: string): readonly (readonly [string, Value])[] {
  const pairs = listAt(value, property).flatMap((item) => {
    const name = textOf(item, "name") ?? textOf(item, "key");
    const [, text] = entriesAt(item).find(([key]) => key === "value") ?? [];
    return name === undefined || text === undefined ? [] : [[name, text] as const];
  });
  return [...entriesAt(value, property), ...pairs];
}

/** A header that authenticates the caller. */
function* headerOf(
  server: Server,
  path: string,
  name: string,
  value: Value,
): Iterable<McpCredential> {
  const usual = authenticationBy(name);
  if (usual === undefined) return;
  const text = textOf(value);
  const scheme = text === undefined ? undefined : /^(bearer|basic)\s+(.*)$/is.exec(text.trim());
  if (scheme === null || scheme === undefined) {
    yield* given(server, path, usual, value);
    return;
  }
  const as = scheme[1]?.toLowerCase() === "basic" ? "basic auth" : "bearer token";
  yield* given(server, path, as, scheme[2] ?? "");
}

/** Headers and options in arguments: `--header "Authorization: Bearer …"`, `--api-key …`. */
function* wordsOf(server: Server, words: readonly Value[]): Iterable<McpCredential> {
  for (const [index, word] of words.entries()) {
    const before = index === 0 ? undefined : textOf(words[index - 1] ?? null);
    const text = textOf(word);
    const path = server.path === "" ? "" : `${server.path}.args[${index}]`;
    const option = /^--?([A-Za-z][\w-]*)$/.exec(before ?? "")?.[1];
    if (option !== undefined && /^headers?$|^H$/i.test(option)) {
      yield* headerLine(server, path, text, word);
      continue;
    }
    if (option !== undefined && isCredentialName(option)) {
      yield* given(server, path, "credential", word);
      continue;
    }
    const assigned = /^--?([A-Za-z][\w-]*)=(.*)$/s.exec(text ?? "");
    if (assigned !== null) {
      const [, name = "", rest = ""] = assigned;
      if (/^headers?$|^H$/i.test(name)) yield* headerLine(server, path, rest, rest);
      else if (isCredentialName(name)) yield* given(server, path, "credential", rest);
      continue;
    }
    yield* urlOf(server, path, text);
  }
}

function* headerLine(
  server: Server,
  path: string,
  line: string | undefined,
  word: Value,
): Iterable<McpCredential> {
  if (line === undefined) {
    yield* given(server, path, "credential", word);
    return;
  }
  const colon = line.indexOf(":");
  if (colon > 0) yield* headerOf(server, path, line.slice(0, colon).trim(), line.slice(colon + 1));
}

/** A URL that carries a password, or a credential among its parameters. */
function* urlOf(server: Server, path: string, url: string | undefined): Iterable<McpCredential> {
  const parts = /^https?:\/\/([^/?#]*)[^?#]*(?:\?([^#]*))?/i.exec(url ?? "");
  if (parts === null) return;
  const [, authority = "", query = ""] = parts;
  const userinfo = authority.includes("@") ? authority.slice(0, authority.lastIndexOf("@")) : "";
  const colon = userinfo.indexOf(":");
  if (colon >= 0) yield* given(server, path, "basic auth", userinfo.slice(colon + 1), 1);
  for (const pair of query.split("&")) {
    const [name = "", value = ""] = pair.split("=", 2);
    if (isCredentialName(name)) yield* given(server, path, "credential", value);
  }
}

function* given(
  { name: server }: Server,
  path: string,
  as: McpAuthentication,
  value: Value,
  least = shortestCredential,
): Iterable<McpCredential> {
  const found = readString(value);
  if (found.kind === "unknown") {
    yield { server, path, as, from: notKnown(found) };
  }
  if (found.kind !== "present") return;
  const text = found.value.trim();
  const variable = variableIn(text);
  if (variable !== undefined) yield { server, path, as, from: { kind: "variable", variable } };
  else if (text.length >= least && !isReference(text) && !isNoCredential(text, undefined)) {
    yield { server, path, as, from: { kind: "literal" } };
  }
}

/** The environment variable that a text references: `${NAME}`, `${NAME:-default}`, `${env:NAME}`, `$(NAME)`, `$NAME`. */
const variables = [
  /^\$\{(?:env:)?([A-Za-z_]\w{0,120})(?::-[^}]*)?\}$/,
  /^\$\(([A-Za-z_]\w{0,120})\)$/,
  /^\$([A-Za-z_]\w{0,120})$/,
];

function variableIn(text: string): string | undefined {
  return variables.map((way) => way.exec(text)?.[1]).find((one) => one !== undefined);
}

function textOf(value: Value, ...path: readonly string[]): string | undefined {
  const found = readThrough(value, ...path);
  return found.kind === "present" && typeof found.value === "string" ? found.value : undefined;
}

function hostOf(url: string | undefined): string | undefined {
  const authority = /^https?:\/\/([^/?#]*)/i.exec(url ?? "")?.[1];
  return authority?.slice(authority.lastIndexOf("@") + 1);
}
