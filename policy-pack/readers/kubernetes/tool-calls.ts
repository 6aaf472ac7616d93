import { notKnown } from "../../../core/certainty";
import { authenticationBy } from "../../../core/credential/mcp";
import type { Fact, FactOf } from "../../../core/graph/fact";
import {
  named,
  type McpAuthentication,
  type McpSource,
  type Ref,
} from "../../../core/graph/fact-values";
import { k8sName, type Name } from "../../../core/graph/name";
import { entriesAt, listAt, read } from "../../../core/snapshot/read";
import type { Value } from "../../../core/snapshot/value";
import { mcpInValue } from "../mcp";
import { valueIn } from "../values";
import { atOf, sibling, type KubeObject } from "./object";
import { nameTextAt, textAt, type TextRead } from "./text";

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
export function callBySecret(object: KubeObject, call: SecretCall): FactOf<"mcp-credential"> {
  const { config, property, as, reference } = call;
  const secret = secretNamed(object, reference) ?? notKnown();
  const from: McpSource =
    secret.kind === "unknown"
      ? secret
      : { kind: "secret", secret: secret.name, key: nameTextAt(reference, "key") };
  const server = nameTextAt(object.body, "metadata", "name") ?? "";
  return { kind: "mcp-credential", at: atOf(object, property), config, server, as, from };
}

/** The same of a header, where its name says that it tells who calls, or is not known. */
export function* headerBySecret(
  object: KubeObject,
  header: TextRead,
  call: Omit<SecretCall, "as">,
): Iterable<Fact> {
  if (header.kind === "unknown") {
    const reported = callBySecret(object, { ...call, as: "credential" });
    yield { ...reported, from: notKnown(header) };
    return;
  }
  const as = header.kind === "text" ? authenticationBy(header.text) : undefined;
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

/**
 * The Secret that a reference names; the first version of kagent's API calls its name otherwise, and puts another namespace before it.
 *
 * Source: github.com/kagent-dev/kagent, go/api/v1alpha1, ValueSource.
 */
export function secretNamed(object: KubeObject, reference: Value): Ref | undefined {
  const name = textAt(reference, "name");
  if (name.kind !== "absent") return sibling(object, "Secret", name);
  const older = textAt(reference, "valueRef");
  if (older.kind === "absent") return undefined;
  const [namespace, own] = older.kind === "text" ? older.text.split("/", 2) : [];
  if (own === undefined || namespace === undefined) return sibling(object, "Secret", older);
  return named(k8sName(object.cluster, namespace, "Secret", own));
}

/** Where kagent has how a server of tools is called, by kind. Source: kagent.dev, API reference, RemoteMCPServer, ToolServer. */
const callPaths: Readonly<Record<string, readonly (readonly string[])[]>> = {
  RemoteMCPServer: [[]],
  ToolServer: [
    ["config", "sse"],
    ["config", "streamableHttp"],
  ],
};

/** How a remote server of tools of kagent is called. */
export function* callsOf(object: KubeObject, spec: Value): Iterable<Fact> {
  for (const path of callPaths[object.kind] ?? []) {
    const call = valueIn(read(spec, ...path));
    if (call !== undefined) yield* callOf(object, call, ["spec", ...path].join("."));
  }
}

function* callOf(object: KubeObject, call: Value, path: string): Iterable<Fact> {
  const headers = [...entriesAt(call, "headers")];
  for (const [index, item] of listAt(call, "headersFrom").entries()) {
    const header = textAt(item, "name");
    const value = valueIn(read(item, "value"));
    const reference = valueIn(read(item, "valueFrom"));
    if (header.kind === "text" && value !== undefined) headers.push([header.text, value]);
    if (reference === undefined || nameTextAt(reference, "type") === "ConfigMap") continue;
    const property = `${path}.headersFrom[${index}].valueFrom`;
    yield* headerBySecret(object, header, { config: object.thing, property, reference });
  }
  const server = { url: nameTextAt(call, "url") ?? "", headers: Object.fromEntries(headers) };
  yield* callsInClear(object, object.thing, server, `${path}.headersFrom`);
}
