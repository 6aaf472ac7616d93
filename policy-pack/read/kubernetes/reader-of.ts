import type { Fact } from "../../facts/fact";
import type { Resource } from "../../../core/snapshot/resource";
import type { Reader } from "../resource/reader";
import { componentTenant } from "../resource/tenancy";
import { membership } from "./membership";
import { aliasOf, atOf, kindInType, objectsOf, type KubeObject } from "./object";

/** What a reader of Kubernetes objects is made of. */
export interface ObjectReader {
  readonly name: string;
  /** The kinds it reads, also in lists and as patches; for custom kinds with their group: `external-secrets.io/ExternalSecret`. */
  readonly kinds?: readonly string[];
  /** Further types, and which resources of these. */
  readonly matchesType?: (type: string) => boolean;
  readonly matches?: (resource: Resource) => boolean;
  readonly readsLiterals?: boolean;
  readonly facts: (object: KubeObject) => Iterable<Fact>;
}

/** Makes a reader of resources out of one of objects: a list is read item by item. */
export function readerOf(reader: ObjectReader): Reader {
  const kinds = new Set(reader.kinds);
  return {
    name: reader.name,
    types: [],
    matchesType: reader.matchesType ?? ((type) => kinds.has(singleKind(type))),
    ...(reader.matches && { matches: reader.matches }),
    readsLiterals: reader.readsLiterals ?? false,
    readsNames: reader.readsLiterals ?? false,
    *read(resource, context) {
      for (const object of objectsOf(resource, context)) yield* reader.facts(object);
    },
  };
}

/** What the metadata of an object states: its name in the cluster, its namespace, and its tenant. */
export function* metadataFacts(object: KubeObject): Iterable<Fact> {
  yield* aliasOf(object);
  yield* membership(object);
  yield* componentMembership(object);
}

/** The tenant of the component of ours that made an object. */
export function* componentMembership(object: KubeObject): Iterable<Fact> {
  const tenant = componentTenant(object.resource, object.context);
  if (tenant === undefined) return;
  yield { kind: "belongs-to", at: atOf(object, ""), thing: object.thing, tenant, by: "component" };
}

/** The kind in a type token, without `Patch` and `List`, with the group where that is a custom one; empty for others. */
function singleKind(type: string): string {
  if (!type.startsWith("kubernetes:")) return "";
  const kind = kindInType(type);
  const single = kind.endsWith("List") ? kind.slice(0, -"List".length) : kind;
  const group = (type.split(":")[1] ?? "").split("/")[0] ?? "";
  const builtIn = group === "core" || group === "rbac.authorization.k8s.io";
  return builtIn ? single : `${group}/${single}`;
}
