import type { Fact } from "../../../core/graph/fact";
import type { Ref } from "../../../core/graph/fact-values";
import { named } from "../../../core/graph/fact-values";
import { k8sName } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import type { Value } from "../../../core/snapshot/value";
import type { Reader } from "../reader";
import { atOf, sibling, type KubeObject } from "./object";
import { readerOf } from "./reader-of";
import { nameTextAt, textAt } from "./text";

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
      if ((nameTextAt(item, "kind") ?? "Secret") !== "Secret") continue;
      const property = `spec.listeners[${index}].tls.certificateRefs[${position}]`;
      const namespace = nameTextAt(item, "namespace");
      const name = nameTextAt(item, "name");
      if (namespace === undefined || name === undefined) {
        yield* serves(object, property, item, "name", "tls");
        continue;
      }
      const secret = named(k8sName(object.cluster, namespace, "Secret", name));
      yield { kind: "serves", at: atOf(object, property), secret, as: "tls" };
    }
  }
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
