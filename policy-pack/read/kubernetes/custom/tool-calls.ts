import { notKnown } from "../../../../core/certainty";
import { authenticationBy } from "../../../domain/secrets/mcp";
import type { Fact } from "../../../facts/fact";
import type { McpSource } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import { entriesAt, read } from "../../../../core/snapshot/read";
import type { Value } from "../../../../core/snapshot/value";
import type { ToolCall } from "../../catalogue/product";
import { catalogued } from "../../catalogue/kinds";
import { joined, matchesAt, type Part } from "../../catalogue/paths";
import { mcpInValue } from "../../resource/mcp";
import { valueIn } from "../../resource/values";
import { atOf, type KubeObject } from "../object";
import { nameTextAt, textAt } from "../text";
import { secretIn } from "./references";

/** With which credentials servers of tools are called. What has the configuration calls them. */
export function* toolCallsOf(object: KubeObject, config: Name): Iterable<Fact> {
  for (const call of catalogued(object).calls ?? []) {
    for (const match of matchesAt(object.body, call.at)) {
      if (match.unknown === undefined) yield* callFacts(object, config, call, match);
    }
  }
}

function* callFacts(
  object: KubeObject,
  config: Name,
  { url = "", headers = "", headersFrom: from }: ToolCall,
  { value, path: at }: Part,
): Iterable<Fact> {
  const name = nameTextAt(object.body, "metadata", "name") ?? "";
  const plain = matchesIn(value, headers).flatMap((map) => entriesAt(map.value));
  for (const { value: item, path } of matchesIn(value, from.at)) {
    const header = from.name === undefined ? undefined : textAt(item, from.name);
    const text = from.text === undefined ? undefined : valueIn(read(item, from.text));
    if (header?.kind === "text" && text !== undefined) plain.push([header.text, text]);
    const reference = valueIn(read(item, from.secret));
    if (reference === undefined || nameTextAt(reference, "type") === "ConfigMap") continue;
    const isUnknown = header?.kind === "unknown";
    const stated = header?.kind === "text" ? authenticationBy(header.text) : undefined;
    const as = from.as ?? (isUnknown ? "credential" : stated);
    if (as === undefined) continue;
    yield {
      kind: "client-setting",
      at: atOf(object, joined(at, joined(path, from.text === undefined ? "" : from.secret))),
      config,
      of: "MCP server",
      server: name,
      as,
      from: isUnknown ? notKnown(header) : sourceIn(object, reference),
    };
  }
  const server = { url: nameTextAt(value, url) ?? "", headers: Object.fromEntries(plain) };
  const place = atOf(
    object,
    joined(at, from.text === undefined ? headers : from.at.replace("[]", "")),
  );
  const called = { mcpServers: { [name]: server } };
  for (const fact of mcpInValue({ config, at: place }, called)) yield { ...fact, at: place };
}

function matchesIn(value: Value, path: string): readonly Part[] {
  return [...matchesAt(value, path)].filter(({ isPart }) => !isPart);
}

function sourceIn(object: KubeObject, reference: Value): McpSource {
  const found = secretIn(object, reference, { name: ["name", "valueRef"] });
  const secret = found?.secret ?? notKnown();
  if (secret.kind === "unknown") return secret;
  return { kind: "secret", secret: secret.name, key: nameTextAt(reference, "key") };
}
