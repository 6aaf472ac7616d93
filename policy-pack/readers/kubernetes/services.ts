import { notKnown } from "../../../core/certainty";
import type { Fact } from "../../../core/graph/fact";
import { named } from "../../../core/graph/fact-values";
import type { Requirement } from "../../../core/snapshot/selector-text";
import { entriesAt, listAt, read } from "../../../core/snapshot/read";
import type { Value } from "../../../core/snapshot/value";
import type { Reader } from "../reader";
import { aliasOf, atOf, sibling, type KubeObject } from "./object";
import { readerOf } from "./reader-of";
import { nameTextAt, textAt } from "./text";

/** Reads Services: which pods they send to, and whether a load balancer lets others in. */
export const serviceReader: Reader = readerOf({
  name: "kubernetes-services",
  kinds: ["Service"],
  *facts(object) {
    yield* aliasOf(object);
    const { namespace, thing, body } = object;
    if (read(body, "spec", "selector").kind === "absent") return;
    yield {
      kind: "sends-to-pods",
      at: atOf(object, "spec.selector"),
      from: thing,
      namespace: namespace.kind === "named" ? named(namespace.thing) : namespace,
      pods: selectorOf(object),
    };
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

function selectorOf({ body }: KubeObject): Extract<Fact, { kind: "sends-to-pods" }>["pods"] {
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
