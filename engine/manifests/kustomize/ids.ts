import type { ValueRecord } from "../../../core/snapshot/value";
import { objectName } from "../../kubernetes/kinds";
import { livesInNamespace } from "../default-namespace";
import type { EarlierName, Piece } from "./piece";

/** A kind with its API group and version; the core group is empty. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What names an object among all of a kustomization. */
export interface Id extends Gvk {
  readonly name: string;
  readonly namespace: string;
}

/** The namespace of what lives in none. */
const NO_NAMESPACE = "_";

/** The parts of an `apiVersion`. */
export function groupAndVersion(apiVersion: string): { group: string; version: string } {
  const at = apiVersion.indexOf("/");
  return at < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, at), version: apiVersion.slice(at + 1) };
}

/** The kind of an object. */
export function gvkOf({ apiVersion, kind }: ValueRecord): Gvk {
  return {
    ...groupAndVersion(typeof apiVersion === "string" ? apiVersion : ""),
    kind: typeof kind === "string" ? kind : "",
  };
}

/** What names an object. */
export function idOf(object: ValueRecord): Id {
  const { apiVersion, kind, name } = objectName(object);
  return { ...groupAndVersion(apiVersion), kind, name, namespace: namespaceOf(object) };
}

/** The namespace that an object lives in, `default` where it names none; of what lives in none, one that nothing lives in. */
export function namespaceOf(object: ValueRecord): string {
  const { apiVersion, kind, namespace } = objectName(object);
  if (!livesInNamespace(apiVersion, kind)) return NO_NAMESPACE;
  return namespace === "" ? "default" : namespace;
}

/** Whether a namespace is that of what lives in none. */
export function isNoNamespace(namespace: string): boolean {
  return namespace === NO_NAMESPACE;
}

/** One text for each id. */
export function keyOf({ group, version, kind, namespace, name }: Id): string {
  return [group, version, kind, namespace, name].join("\n");
}

/** All that an object is and was called, the oldest first. */
export function idsOf(piece: Piece): readonly Id[] {
  const now = idOf(piece.object);
  return [...piece.earlier.map((earlier) => ({ ...now, ...earlier })), now];
}

/** What an object was called first. */
export function firstIdOf(piece: Piece): Id {
  const now = idOf(piece.object);
  return { ...now, ...piece.earlier[0] };
}

/** A piece that remembers what it is called now. */
export function remembering(piece: Piece): Piece {
  const { kind, name, namespace } = idOf(piece.object);
  const now: EarlierName = { kind, name, namespace };
  return { ...piece, earlier: [...piece.earlier, now] };
}

/** Whether a kind is one that a selector names; what the selector leaves out it takes all of. */
export function isOfGvk(one: Gvk, selector: Gvk): boolean {
  return (
    (selector.group === "" || one.group === selector.group) &&
    (selector.version === "" || one.version === selector.version) &&
    (selector.kind === "" || one.kind === selector.kind)
  );
}
