import { exemptKey, type Exempt } from "../../../core/credential/apart";
import type { Fact } from "../../../core/graph/fact";
import { nameIn, type Ref } from "../../../core/graph/fact-values";
import { entriesAt, listAt, read } from "../../../core/snapshot/read";
import { isList, isRecord, type Value } from "../../../core/snapshot/value";
import type { Reader } from "../reader";
import { valueIn } from "../values";
import { hiddenParts } from "./hidden-parts";
import { keyOfSecret } from "./keys";
import { literalFacts } from "./literals";
import { membership } from "./membership";
import { aliasOf, atOf, sibling, type KubeObject } from "./object";
import { componentMembership, readerOf } from "./reader-of";
import { partsOf } from "./task-parts";
import { keyAt, nameTextAt, textAt } from "./text";
import { callBySecret, callsInClear, headerBySecret } from "./tool-calls";

const group = "toolhive.stacklok.dev";

/** Kinds of configurations that servers of tools and proxies name, by the property that names them. */
const configurations: Readonly<Record<string, string>> = {
  externalAuthConfigRef: "MCPExternalAuthConfig",
  authServerRef: "MCPExternalAuthConfig",
  oidcConfigRef: "MCPOIDCConfig",
  telemetryConfigRef: "MCPTelemetryConfig",
  webhookConfigRef: "MCPWebhookConfig",
};

/**
 * Reads with which credentials servers of tools and proxies of ToolHive ask, and are asked: in headers, and in the
 * configurations that they name. What else they are given is read as what tasks are.
 *
 * Source: github.com/stacklok/toolhive, cmd/thv-operator/api/v1beta1.
 */
export const toolhiveReader: Reader = readerOf({
  name: "tool servers of ToolHive",
  kinds: [
    "MCPServer",
    "MCPRemoteProxy",
    "VirtualMCPServer",
    "MCPServerEntry",
    ...new Set(Object.values(configurations)),
  ].map((kind) => `${group}/${kind}`),
  readsLiterals: true,
  *facts(object) {
    switch (object.kind) {
      case "MCPServer":
      case "MCPRemoteProxy":
        yield* given(object, object.thing, "uses");
        yield* forwarded(object, object.thing);
        return;
      case "VirtualMCPServer":
        yield* given(object, object.thing, "uses");
        yield* inGroup(object);
        return;
      case "MCPServerEntry":
        yield* entry(object);
        return;
      default:
        yield* aliasOf(object);
        yield* membership(object);
        yield* componentMembership(object);
        yield* given(object, object.thing, "contains");
        yield* hiddenIn(object, object.thing);
        yield* external(object);
    }
  },
});

/** A server of tools elsewhere, which the virtual server of its group calls. */
function* entry(object: KubeObject): Iterable<Fact> {
  const group = nameIn(groupOf(object));
  if (group === undefined) return;
  yield* given(object, group, "contains");
  yield* hiddenIn(object, group);
  yield* forwarded(object, group);
}

/** What a configuration has in a part that is not known. */
function* hiddenIn(object: KubeObject, container: string): Iterable<Fact> {
  for (const { path, dependsOn } of hiddenParts(object)) {
    const content = { kind: "unknown", dependsOn } as const;
    yield { kind: "contains", at: atOf(object, path), container, content, derived: false };
  }
}

/** The group whose servers a virtual one calls. */
function* inGroup(object: KubeObject): Iterable<Fact> {
  if (read(object.body, "spec", "groupRef").kind === "absent") return;
  yield {
    kind: "uses",
    at: atOf(object, "spec.groupRef"),
    workload: object.thing,
    secret: groupOf(object),
    through: "configuration",
  };
}

function groupOf(object: KubeObject): Ref {
  const named = textAt(object.body, "spec", "groupRef", "name");
  // The first version of the API takes the name itself.
  const name = named.kind === "absent" ? textAt(object.body, "spec", "groupRef") : named;
  return sibling(object, `MCPGroup.${group}`, name);
}

/** What a server, a group or a configuration has by references: keys of Secrets, and other configurations. */
function* given(object: KubeObject, holder: string, how: "uses" | "contains"): Iterable<Fact> {
  const spec = valueIn(read(object.body, "spec"));
  if (spec === undefined) return;
  for (const { value, path } of partsOf({ value: spec, path: "spec" })) {
    for (const [property, inner] of entriesAt(value)) {
      const kind = Object.hasOwn(configurations, property) ? configurations[property] : undefined;
      const at = `${path}.${property}`;
      if (kind !== undefined) {
        const secret = sibling(object, `${kind}.${group}`, textAt(inner, "name"));
        yield* reference(object, { holder, how, at, secret, which: {}, exempt: undefined });
      } else if (/(?:SecretRef|secretKeyRef|[pP]asswordRef|TokenRef)$/.test(property)) {
        if (isOfContainer(path)) continue;
        yield* ofSecret(object, { holder, how, at, property, item: inner });
      } else if (/SecretRefs$/.test(property) && isList(inner)) {
        for (const [index, item] of inner.entries()) {
          yield* ofSecret(object, { holder, how, at: `${at}[${index}]`, property, item });
        }
      }
    }
  }
}

/** Variables of containers are read with their pods. */
function isOfContainer(path: string): boolean {
  return path.endsWith(".valueFrom");
}

interface Given {
  readonly holder: string;
  readonly how: "uses" | "contains";
  readonly at: string;
  readonly secret: Ref;
  readonly which: ReturnType<typeof keyAt>;
  readonly exempt: Exempt | undefined;
}

function* ofSecret(
  object: KubeObject,
  each: Pick<Given, "holder" | "how" | "at"> & { readonly property: string; readonly item: Value },
): Iterable<Fact> {
  const name = textAt(each.item, "name");
  if (name.kind === "absent") return;
  const which = keyAt(each.item, "key");
  const exempt = exemptBy(each.property) ?? exemptKey(which.key);
  const secret = sibling(object, "Secret", name);
  // What a configuration has that is no credential need not be told of whoever has the configuration.
  if (exempt !== undefined && each.how === "contains") return;
  yield* reference(object, { ...each, secret, which, exempt });
}

/** What is no credential by the property that names it. */
function exemptBy(property: string): Exempt | undefined {
  if (/^(?:ca|clientCert)[A-Z]?/.test(property)) return "tls";
  return property === "usernameSecretRef" ? "no static secret" : undefined;
}

function* reference(object: KubeObject, each: Given): Iterable<Fact> {
  const { holder, how, secret, which, exempt } = each;
  const at = atOf(object, each.at);
  if (how === "contains") {
    yield* keyOfSecret({ container: holder, at, secret, which });
    return;
  }
  yield {
    kind: "uses",
    at,
    workload: holder,
    secret,
    through: (which.key ?? which.keyDependsOn) === undefined ? "configuration" : "args",
    ...which,
    ...(exempt !== undefined && { exempt }),
  };
}

/** The headers with which a server elsewhere is called. */
function* forwarded(object: KubeObject, config: string): Iterable<Fact> {
  const path = ["spec", "headerForward"] as const;
  const headers = entriesAt(object.body, ...path, "addPlaintextHeaders");
  for (const [under] of headers) {
    const property = `${path.join(".")}.addPlaintextHeaders.${under}`;
    const text = textAt(object.body, ...path, "addPlaintextHeaders", under);
    if (text.kind !== "text") continue;
    const place = { holder: object.thing, property, under, place: "exposed" } as const;
    yield* literalFacts(object, place, text.text, text.secret ? "around" : "none");
  }
  const url = nameTextAt(object.body, "spec", "remoteUrl") ?? "";
  const server = { url, headers: Object.fromEntries(headers) };
  yield* callsInClear(object, config, server, `${path.join(".")}.addPlaintextHeaders`);
  for (const [index, item] of listAt(object.body, ...path, "addHeadersFromSecret").entries()) {
    const reference = valueIn(read(item, "valueSecretRef"));
    if (reference === undefined) continue;
    const property = `${path.join(".")}.addHeadersFromSecret[${index}]`;
    yield* headerBySecret(object, textAt(item, "headerName"), { config, property, reference });
  }
}

/** A key or token with which a server is called in the name of all. */
function* external(object: KubeObject): Iterable<Fact> {
  const config = object.thing;
  for (const [property, path, as] of [
    ["spec.bearerToken", ["bearerToken", "tokenSecretRef"], "bearer token"],
    ["spec.headerInjection", ["headerInjection", "valueSecretRef"], "credential"],
  ] as const) {
    const reference = valueIn(read(object.body, "spec", ...path));
    if (!isRecord(reference)) continue;
    yield callBySecret(object, { config, property, as, reference });
  }
}
