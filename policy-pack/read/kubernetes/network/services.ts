import { notKnown } from "../../../../core/certainty";
import type { Fact } from "../../../facts/fact";
import { named, type Ref, type Selector } from "../../../facts/fact-values";
import type { Requirement } from "../../../../core/snapshot/selector-text";
import { entriesAt, listAt, read } from "../../../../core/snapshot/read";
import type { Value } from "../../../../core/snapshot/value";
import type { Reader } from "../../resource/reader";
import { aliasOf, atOf, refOf, sibling, type KubeObject } from "../object";
import { readerOf } from "../reader-of";
import { valueIn } from "../../resource/values";
import { nameTextAt, textAt } from "../text";
import { k8sName } from "../../../facts/name";

/** Reads Services: which pods they send to, and whether a load balancer exposes them. */
export const serviceReader: Reader = readerOf({
  name: "kubernetes-services",
  kinds: ["Service"],
  *facts(object) {
    yield* aliasOf(object);
    const { namespace, thing, body } = object;
    if (read(body, "spec", "selector").kind === "absent") return;
    const to = { kind: "pods", namespace: refOf(namespace), pods: selectorOf(object) } as const;
    yield { kind: "forwards", at: atOf(object, "spec.selector"), from: thing, to };
    if (nameTextAt(body, "spec", "type") !== "LoadBalancer") return;
    const authentication = { kind: "unclear", by: "its load balancer" } as const;
    yield {
      kind: "exposes",
      at: atOf(object, "spec.type"),
      entry: thing,
      way: "load balancer",
      authentication,
    };
  },
});

function selectorOf({ body }: KubeObject): Selector {
  const found = read(body, "spec", "selector");
  if (found.kind === "unknown") return notKnown(found);
  const requirements: Requirement[] = [];
  for (const [key, value] of entriesAt(body, "spec", "selector")) {
    const text = textAt(value);
    if (text.kind === "unknown") return notKnown(text);
    requirements.push({ key, operator: "In", values: text.kind === "text" ? [text.text] : [] });
  }
  return { kind: "known", requirements };
}

/** Reads Ingresses and routes of the Gateway API, which let others in to Services. */
export const ingressReader: Reader = readerOf({
  name: "kubernetes-ingresses",
  kinds: [
    "networking.k8s.io/Ingress",
    "extensions/Ingress",
    "gateway.networking.k8s.io/HTTPRoute",
    "gateway.networking.k8s.io/GRPCRoute",
  ],
  *facts(object) {
    yield* aliasOf(object);
    const entry = object.thing;
    const authentication = { kind: "unclear", by: "its controller" } as const;
    yield { kind: "exposes", at: atOf(object, "spec"), entry, way: "ingress", authentication };
    for (const [property, backend, path] of backendsOf(object.body)) {
      const to = sibling(object, "Service", textAt(backend, ...path));
      yield { kind: "forwards", at: atOf(object, property), from: entry, to };
    }
  },
});

type Backend = readonly [property: string, backend: Value, path: readonly string[]];

function* backendsOf(body: Value): Iterable<Backend> {
  const named = [["service", "name"], ["serviceName"]];
  for (const fallback of ["defaultBackend", "backend"]) {
    for (const path of named) {
      if (read(body, "spec", fallback, ...path).kind === "absent") continue;
      yield [`spec.${fallback}`, body, ["spec", fallback, ...path]];
    }
  }
  for (const [index, rule] of listAt(body, "spec", "rules").entries()) {
    for (const [at, route] of listAt(rule, "http", "paths").entries()) {
      for (const path of named) {
        if (read(route, "backend", ...path).kind === "absent") continue;
        yield [`spec.rules[${index}].http.paths[${at}].backend`, route, ["backend", ...path]];
      }
    }
    for (const [at, backend] of listAt(rule, "backendRefs").entries()) {
      const kind = nameTextAt(backend, "kind") ?? "Service";
      if (kind !== "Service") continue;
      yield [`spec.rules[${index}].backendRefs[${at}]`, backend, ["name"]];
    }
  }
}

/**
 * Reads which Secrets serve TLS, and which pull images: what an Ingress or a Gateway serves with, and what a
 * ServiceAccount's pods pull with.
 *
 * Source: kubernetes.io/docs, Ingress, `spec.tls`, and ServiceAccount, `imagePullSecrets`; gateway-api.sigs.k8s.io,
 * Gateway, `spec.listeners[].tls.certificateRefs`.
 */
export const servingReader: Reader = readerOf({
  name: "kubernetes-serving",
  kinds: [
    "networking.k8s.io/Ingress",
    "extensions/Ingress",
    "gateway.networking.k8s.io/Gateway",
    "gateway.networking.k8s.io/ListenerSet",
    "gateway.networking.x-k8s.io/XListenerSet",
    "ServiceAccount",
  ],
  *facts(object) {
    switch (object.kind) {
      case "Ingress":
        for (const [index, item] of listAt(object.body, "spec", "tls").entries()) {
          yield* serves(object, `spec.tls[${index}].secretName`, item, "secretName", "tls");
        }
        break;
      case "Gateway":
      case "ListenerSet":
      case "XListenerSet":
        yield* listeners(object);
        break;
      default:
        for (const [index, item] of listAt(object.body, "imagePullSecrets").entries()) {
          yield* serves(object, `imagePullSecrets[${index}].name`, item, "name", "pull secret");
        }
    }
  },
});

function* listeners(object: KubeObject): Iterable<Fact> {
  for (const [index, listener] of listAt(object.body, "spec", "listeners").entries()) {
    for (const [position, item] of listAt(listener, "tls", "certificateRefs").entries()) {
      const property = `spec.listeners[${index}].tls.certificateRefs[${position}]`;
      yield* certificate(object, property, item);
    }
  }
  const client = valueIn(read(object.body, ...clientCertificate));
  if (client !== undefined) yield* certificate(object, clientCertificate.join("."), client);
}

/** Where a Gateway has the certificate that it shows to backends (gateway-api.sigs.k8s.io, GatewayBackendTLS). */
const clientCertificate = ["spec", "tls", "backend", "clientCertificateRef"];

function* certificate(object: KubeObject, property: string, item: Value): Iterable<Fact> {
  if ((nameTextAt(item, "kind") ?? "Secret") !== "Secret") return;
  const namespace = nameTextAt(item, "namespace");
  const name = nameTextAt(item, "name");
  if (namespace === undefined || name === undefined) {
    yield* serves(object, property, item, "name", "tls");
    return;
  }
  const secret = named(k8sName(object.cluster, namespace, "Secret", name));
  yield { kind: "serves", at: atOf(object, property), secret, as: "tls" };
}

function* serves(
  object: KubeObject,
  property: string,
  item: Value,
  name: string,
  as: "tls" | "pull secret",
): Iterable<Fact> {
  const text = textAt(item, name);
  if (text.kind === "absent") return;
  const secret: Ref = sibling(object, "Secret", text);
  if (secret.kind === "named") yield { kind: "serves", at: atOf(object, property), secret, as };
}
