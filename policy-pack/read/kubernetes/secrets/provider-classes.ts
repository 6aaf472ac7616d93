import { exemptOf } from "../../../domain/secrets/apart";
import type { Fact } from "../../../facts/fact";
import { named } from "../../../facts/fact-values";
import { k8sName, type Name } from "../../../facts/name";
import { listAt } from "../../../../core/snapshot/read";
import type { Value } from "../../../../core/snapshot/value";
import type { Reader } from "../../resource/reader";
import { exemptByKeys, keysAre } from "./keys";
import { atOf, type KubeObject } from "../object";
import { csiGroup } from "../pods/use";
import { mountedBy, type Mounted } from "./provider-objects";
import { metadataFacts, readerOf } from "../reader-of";
import { exemptSecret } from "./secrets";
import { nameTextAt, dependenciesAt } from "../text";

/** Reads SecretProviderClasses of the Secrets Store CSI driver: what they mount, and the Secrets they copy it to. */
export const providerClassReader: Reader = readerOf({
  name: "secret-provider-class",
  kinds: [`${csiGroup}/SecretProviderClass`],
  *facts(object) {
    yield* metadataFacts(object);
    const objects = mountedBy(object);
    yield* mounted(object, objects);
    yield* copied(object, objects ?? []);
  },
});

function* mounted(object: KubeObject, objects: readonly Mounted[] | undefined): Iterable<Fact> {
  const { thing: container } = object;
  const isGoogle = nameTextAt(object.body, "spec", "provider") === "gcp";
  const property = `spec.parameters.${isGoogle ? "secrets" : "objects"}`;
  const at = atOf(object, property);
  const waiting = ["objects", "secrets"].flatMap((parameter) => waitingIn(object, parameter));
  for (const dependsOn of [...waiting, ...(objects === undefined ? [[]] : [])]) {
    const content = { kind: "unknown", dependsOn } as const;
    yield { kind: "contains", at, container, content, derived: false };
  }
  // A certificate beside a key makes no certificate of the whole.
  const isAnySecret = objects?.some(({ content }) => exemptOf(content) === undefined) ?? true;
  for (const { content, key } of objects ?? []) {
    if (isAnySecret && exemptOf(content) !== undefined) continue;
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

function waitingIn({ body }: KubeObject, parameter: string): readonly (readonly string[])[] {
  const dependsOn = dependenciesAt(body, "spec", "parameters", parameter);
  return dependsOn === undefined ? [] : [dependsOn];
}

/** The Secrets into which what is mounted is copied, key by key (secrets-store-csi-driver.sigs.k8s.io, `secretObjects`). */
function* copied(object: KubeObject, objects: readonly Mounted[]): Iterable<Fact> {
  if (object.namespace.kind === "unknown") return;
  for (const [index, item] of listAt(object.body, "spec", "secretObjects").entries()) {
    const name = nameTextAt(item, "secretName");
    if (name === undefined) continue;
    const property = `spec.secretObjects[${index}]`;
    const container = k8sName(object.cluster, object.namespace.text, "Secret", name);
    const entries = listAt(item, "data");
    const keys = entries.flatMap((entry) => nameTextAt(entry, "key") ?? []);
    const dependsOn = dependenciesAt(item, "data");
    yield* keysAre(object, `${property}.data`, container, keys, dependsOn);
    yield* exemptSecret(object, container, nameTextAt(item, "type"));
    if (dependsOn === undefined) {
      yield* exemptByKeys(object, `${property}.data`, container, keys);
    }
    // Of keys that are not known each may be any of what is mounted.
    for (const entry of entries.length === 0 ? [null] : entries) {
      yield* copiedKey(object, objects, { property, container, entry });
    }
  }
}

function* copiedKey(
  object: KubeObject,
  objects: readonly Mounted[],
  { property, container, entry }: { property: string; container: Name; entry: Value },
): Iterable<Fact> {
  const file = nameTextAt(entry, "objectName");
  const key = nameTextAt(entry, "key");
  const fitting = file === undefined ? [] : objects.filter((one) => one.file === file);
  // A file without a known mount is one of those mounted.
  const whole: Mounted = { content: object.thing };
  for (const { content, key: contentKey } of fitting.length > 0 ? fitting : [whole]) {
    if (exemptOf(content) !== undefined) continue;
    yield {
      kind: "contains",
      at: atOf(object, property),
      container,
      ...(key !== undefined && { key }),
      content: named(content),
      derived: false,
      ...(contentKey !== undefined && { contentKey }),
    };
  }
}
