import {
  mcpCredentialsIn,
  mcpCredentialsInWords,
  type McpCredential,
} from "../../domain/secrets/mcp";
import { longestText } from "../../domain/secrets/longest-text";
import type { Fact } from "../../facts/fact";
import type { At } from "../../facts/fact-values";
import type { Name } from "../../facts/name";
import type { Value } from "../../../core/snapshot/value";
import { embeddedYaml } from "./embedded-yaml";

/** The owner of a configuration, and its location there. */
interface Place {
  readonly config: Name;
  readonly at: At;
  readonly key?: string;
}

/** The credentials for servers of the Model Context Protocol in a text that is a configuration in JSON or YAML. */
export function* mcpInText(place: Place, text: string): Iterable<Fact> {
  if (text.length > longestText || !/mcp|"servers"|\bservers:/i.test(text)) return;
  const configuration = parsed(text);
  if (configuration !== undefined) yield* mcpInValue(place, configuration);
}

/** The credentials for such servers in a configuration; paths in it follow the location's own. */
export function* mcpInValue(place: Place, configuration: Value): Iterable<Fact> {
  yield* factsOf(place, mcpCredentialsIn(configuration));
}

/** The credentials for such servers in the words of a command line. */
export function* mcpInWords(place: Place, words: readonly Value[]): Iterable<Fact> {
  yield* factsOf(place, mcpCredentialsInWords(words));
}

function* factsOf(
  { config, at, key }: Place,
  credentials: readonly McpCredential[],
): Iterable<Fact> {
  for (const { server, path, as, from } of credentials) {
    yield {
      kind: "client-setting",
      at: {
        urn: at.urn,
        property: [at.property, path].filter((part) => part !== "").join("."),
      },
      config,
      of: "MCP server",
      ...(key !== undefined && { key }),
      server,
      as,
      from,
    };
  }
}

function parsed(text: string): Value | undefined {
  if (!/[{:]/.test(text)) return undefined;
  return embeddedYaml(text);
}
