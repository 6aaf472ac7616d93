import { exemptContent, exemptKey } from "../../../domain/secrets/apart";
import type { Fact } from "../../../facts/fact";
import { named } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import { entriesAt } from "../../../../core/snapshot/read";
import type { Urn } from "../../../../core/snapshot/value";
import { atOf, type KubeObject } from "../object";
import { dependenciesAt } from "../text";

/** The keys of a Secret or ConfigMap by the properties that have them, as far as they are known. */
export function* keysOf(
  object: KubeObject,
  container: Name,
  paths: readonly (readonly string[])[],
): Iterable<Fact> {
  const keys = paths.flatMap((path) => entriesAt(object.body, ...path).map(([key]) => key));
  const unknown = paths.map((path) => dependenciesAt(object.body, ...path));
  const dependsOn = unknown.some((dependencies) => dependencies !== undefined)
    ? unknown.flatMap((dependencies) => dependencies ?? [])
    : undefined;
  // The unknowns of other parts are reported there.
  const open = unknown.findIndex((dependencies) => dependencies !== undefined);
  const path = paths[Math.max(open, 0)] ?? [];
  yield* keysAre(object, path.join("."), container, keys, dependsOn);
}

/** States which keys a Secret or ConfigMap has, and what others wait for. */
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

/** States that a Secret is no integration credential, where each of its keys is a certificate, a public key or a user name. */
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
