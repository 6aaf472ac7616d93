import { exemptContent, exemptKey } from "../../../core/credential/apart";
import type { Fact } from "../../../core/graph/fact";
import { likeNoOther, named, type At, type Ref } from "../../../core/graph/fact-values";
import type { Name } from "../../../core/graph/name";
import { entriesAt } from "../../../core/snapshot/read";
import type { Urn } from "../../../core/snapshot/value";
import { atOf, type KubeObject } from "./object";
import { waitingAt, type keyAt } from "./text";

/** The keys of a Secret or ConfigMap by the properties that have them, as far as they are known. */
export function* keysOf(
  object: KubeObject,
  container: Name,
  paths: readonly (readonly string[])[],
): Iterable<Fact> {
  const keys = paths.flatMap((path) => entriesAt(object.body, ...path).map(([key]) => key));
  const unknown = paths.map((path) => waitingAt(object.body, ...path));
  const dependsOn = unknown.some((dependencies) => dependencies !== undefined)
    ? unknown.flatMap((dependencies) => dependencies ?? [])
    : undefined;
  // What others wait for is told where it stands.
  const open = unknown.findIndex((dependencies) => dependencies !== undefined);
  const path = paths[Math.max(open, 0)] ?? [];
  yield* keysAre(object, path.join("."), container, keys, dependsOn);
}

/** Says which keys a Secret or ConfigMap has, and what others wait for. */
export function* keysAre(
  object: KubeObject,
  property: string,
  container: Name,
  keys: readonly string[],
  dependsOn?: readonly Urn[],
): Iterable<Fact> {
  yield {
    kind: "keys",
    at: atOf(object, property),
    container,
    keys,
    ...(dependsOn !== undefined && { dependsOn }),
  };
}

/** Says that a Secret is no integration credential, where each of its keys is a certificate, a public key or a user name. */
export function* exemptByKeys(
  object: KubeObject,
  property: string,
  container: Name,
  keys: readonly string[],
): Iterable<Fact> {
  const kinds = keys.map(exemptKey);
  const [kind] = kinds;
  if (kind === undefined || kinds.includes(undefined)) return;
  const content = named(exemptContent(kind));
  yield { kind: "contains", at: atOf(object, property), container, content, derived: false };
}

/** A Secret of which a configuration has one key, or all. */
interface Content {
  readonly container: Name;
  readonly at: At;
  readonly secret: Ref;
  readonly which: ReturnType<typeof keyAt>;
}

/**
 * What a configuration has of a Secret. A key that is not known is the same for all who have the configuration, and may be any for whoever
 * has another of the Secret's.
 */
export function* keyOfSecret({ container, at, secret, which }: Content): Iterable<Fact> {
  const content = { kind: "contains", at, container, derived: false } as const;
  const { key, keyDependsOn } = which;
  if (keyDependsOn === undefined) {
    yield { ...content, content: secret, ...(key !== undefined && { contentKey: key }) };
    return;
  }
  yield { ...content, content: secret, contentKey: likeNoOther(at) };
  yield { ...content, content: { kind: "unknown", dependsOn: keyDependsOn } };
}
