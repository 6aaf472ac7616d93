import { notKnown } from "../../../../core/certainty";
import { authenticationBy } from "../../../../core/credential/mcp";
import type { Fact } from "../../../../core/graph/fact";
import type { McpAuthentication, McpSource } from "../../../../core/graph/fact-values";
import type { Name } from "../../../../core/graph/name";
import { entriesAt, read } from "../../../../core/snapshot/read";
import type { Value } from "../../../../core/snapshot/value";
import type { ToolCall } from "../../../catalogue/product";
import { catalogued } from "../../../reading/kinds";
import { joined, matchesAt } from "../../../reading/paths";
import { mcpInValue } from "../../mcp";
import { valueIn } from "../../values";
import { atOf, type KubeObject } from "../object";
import { nameTextAt, textAt } from "../text";
import { secretIn } from "./references";

/** With which credentials servers of tools are called. What has the configuration calls them. */
export function* toolCallsOf(object: KubeObject, config: Name): Iterable<Fact> {
  for (const call of catalogued(object).calls ?? []) {
    for (const { value, path, unknown } of matchesAt(object.body, call.at)) {
      if (unknown === undefined) yield* callFacts(object, config, { ...call, at: path }, value);
    }
  }
}

function* callFacts(
  object: KubeObject,
  config: Name,
  call: ToolCall,
  value: Value,
): Iterable<Fact> {
  const { at, headers = "", headersFrom, secret, as } = call;
  if (secret !== undefined && as !== undefined) {
    const reference = valueIn(read(value, secret));
    if (reference !== undefined) yield secretFact(object, config, { property: at, as, reference });
    return;
  }
  const plain =
    headers === "" ? [] : [...matchesAt(value, headers)].flatMap((map) => entriesAt(map.value));
  const listed = headersFrom === undefined ? [] : [...matchesAt(value, headersFrom.at)];
  for (const { value: item, path, isPart } of listed) {
    if (headersFrom === undefined || isPart) continue;
    const name = textAt(item, headersFrom.name);
    const text = headersFrom.text === undefined ? undefined : valueIn(read(item, headersFrom.text));
    if (name.kind === "text" && text !== undefined) plain.push([name.text, text]);
    const reference = valueIn(read(item, headersFrom.secret));
    if (reference === undefined || nameTextAt(reference, "type") === "ConfigMap") continue;
    const property = joined(at, `${path}.${headersFrom.secret}`);
    if (name.kind === "unknown") {
      const fact = secretFact(object, config, { property, as: "credential", reference });
      yield { ...fact, from: notKnown(name) };
      continue;
    }
    const proves = name.kind === "text" ? authenticationBy(name.text) : undefined;
    if (proves !== undefined) yield secretFact(object, config, { property, as: proves, reference });
  }
  const url = call.url === undefined ? undefined : nameTextAt(value, call.url);
  const server = { url: url ?? "", headers: Object.fromEntries(plain) };
  const place = atOf(
    object,
    joined(at, (headersFrom?.text && headersFrom.at.replace("[]", "")) ?? headers),
  );
  for (const fact of mcpInValue(
    { config, at: place },
    { mcpServers: { [nameOf(object)]: server } },
  )) {
    yield { ...fact, at: place };
  }
}

function nameOf({ body }: KubeObject): string {
  return nameTextAt(body, "metadata", "name") ?? "";
}

interface SecretCall {
  readonly property: string;
  readonly as: McpAuthentication;
  readonly reference: Value;
}

function secretFact(object: KubeObject, config: Name, { property, as, reference }: SecretCall) {
  const found = secretIn(object, reference, { name: ["name", "valueRef"] });
  const secret = found?.secret ?? notKnown();
  const from: McpSource =
    secret.kind === "unknown"
      ? secret
      : { kind: "secret", secret: secret.name, key: nameTextAt(reference, "key") };
  const at = atOf(object, property);
  return { kind: "mcp-credential", at, config, server: nameOf(object), as, from } as const;
}
