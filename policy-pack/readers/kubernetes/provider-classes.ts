import type { Fact } from "../../../core/graph/fact";
import { named } from "../../../core/graph/fact-values";
import { k8sName } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import type { Reader } from "../reader";
import { keysAre } from "./keys";
import { membership } from "./membership";
import { aliasOf, atOf, type KubeObject } from "./object";
import { csiGroup } from "./pod-holdings";
import { mountedBy } from "./provider-objects";
import { componentMembership, readerOf } from "./reader-of";
import { nameTextAt, waitingAt } from "./text";

/** Reads SecretProviderClasses of the Secrets Store CSI driver: what they mount, and the Secrets they copy it to. */
export const providerClassReader: Reader = readerOf({
  name: "secret-provider-class",
  kinds: [`${csiGroup}/SecretProviderClass`],
  *facts(object) {
    yield* aliasOf(object);
    yield* membership(object);
    yield* componentMembership(object);
    yield* mounted(object);
    yield* copied(object);
  },
});

function* mounted(object: KubeObject): Iterable<Fact> {
  const { thing: container } = object;
  const isGoogle = nameTextAt(object.body, "spec", "provider") === "gcp";
  const property = `spec.parameters.${isGoogle ? "secrets" : "objects"}`;
  const at = atOf(object, property);
  for (const parameter of ["objects", "secrets"]) {
    const waitsFor = waitingAt(object.body, "spec", "parameters", parameter);
    if (waitsFor === undefined) continue;
    const content = { kind: "unknown", waitsFor } as const;
    yield { kind: "contains", at, container, content, derived: false };
  }
  for (const { content, key } of mountedBy(object)) {
    yield {
      kind: "contains",
      at,
      container,
      content: named(content),
      derived: false,
      ...(key !== undefined && { contentKey: key }),
    };
  }
}

function* copied(object: KubeObject): Iterable<Fact> {
  if (object.namespace.kind === "unknown") return;
  for (const [index, item] of listAt(object.body, "spec", "secretObjects").entries()) {
    const name = nameTextAt(item, "secretName");
    if (name === undefined) continue;
    const property = `spec.secretObjects[${index}]`;
    const container = k8sName(object.cluster, object.namespace.text, "Secret", name);
    const keys = listAt(item, "data").flatMap((entry) => nameTextAt(entry, "key") ?? []);
    yield* keysAre(object, `${property}.data`, container, keys, waitingAt(item, "data"));
    yield {
      kind: "contains",
      at: atOf(object, property),
      container,
      content: named(object.thing),
      derived: false,
    };
  }
}
