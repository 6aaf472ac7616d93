import { authenticationBy } from "../../../core/credential/mcp";
import type { Fact } from "../../../core/graph/fact";
import type { McpAuthentication, McpSource } from "../../../core/graph/fact-values";
import type { Name } from "../../../core/graph/name";
import { listAt, read } from "../../../core/snapshot/read";
import type { Value } from "../../../core/snapshot/value";
import { mcpInValue } from "../mcp";
import { valueIn } from "../values";
import { atOf, sibling, type KubeObject } from "./object";
import { nameTextAt, textAt } from "./text";

/** How a server of tools is called with what a Secret has. */
export interface SecretCall {
  /** What says so: whoever has it calls the server. */
  readonly config: Name;
  readonly property: string;
  readonly as: McpAuthentication;
  /** The `name` and `key` of the Secret. */
  readonly reference: Value;
}

/** That a server of tools is called with what a Secret has. */
export function callBySecret(object: KubeObject, call: SecretCall): Fact {
  const { config, property, as, reference } = call;
  const secret = sibling(object, "Secret", textAt(reference, "name"));
  const from: McpSource =
    secret.kind === "unknown"
      ? secret
      : { kind: "secret", secret: secret.name, key: nameTextAt(reference, "key") };
  const server = nameTextAt(object.body, "metadata", "name") ?? "";
  return { kind: "mcp-credential", at: atOf(object, property), config, server, as, from };
}

/** The same of a header, where its name says that it tells who calls. */
export function* headerBySecret(
  object: KubeObject,
  header: string | undefined,
  call: Omit<SecretCall, "as">,
): Iterable<Fact> {
  const as = header === undefined ? undefined : authenticationBy(header);
  if (as !== undefined) yield callBySecret(object, { ...call, as });
}

/** How a server of tools is called with headers that stand in an object, and at a URL. */
export function* callsInClear(
  object: KubeObject,
  config: Name,
  server: { readonly url: string; readonly headers: Readonly<Record<string, Value>> },
  property: string,
): Iterable<Fact> {
  const name = nameTextAt(object.body, "metadata", "name") ?? "";
  const at = atOf(object, property);
  for (const fact of mcpInValue({ config, at }, { mcpServers: { [name]: server } })) {
    yield { ...fact, at };
  }
}

/** How a remote server of tools of kagent is called. Source: kagent.dev, API reference, RemoteMCPServer. */
export function* callsOf(object: KubeObject, spec: Value): Iterable<Fact> {
  if (object.kind !== "RemoteMCPServer") return;
  const headers: (readonly [string, Value])[] = [];
  for (const [index, item] of listAt(spec, "headersFrom").entries()) {
    const header = nameTextAt(item, "name");
    const value = valueIn(read(item, "value"));
    const reference = valueIn(read(item, "valueFrom"));
    if (header !== undefined && value !== undefined) headers.push([header, value]);
    if (reference === undefined || nameTextAt(reference, "type") === "ConfigMap") continue;
    const property = `spec.headersFrom[${index}].valueFrom`;
    yield* headerBySecret(object, header, { config: object.thing, property, reference });
  }
  const server = { url: nameTextAt(spec, "url") ?? "", headers: Object.fromEntries(headers) };
  yield* callsInClear(object, object.thing, server, "spec.headersFrom");
}
