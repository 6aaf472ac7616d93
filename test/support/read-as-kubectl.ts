import { manifestText } from "../../engine/kubernetes/manifest-files";
import { readDocuments, readPlain } from "../../engine/kubernetes/documents";

/** What kubectl reads in a file. */
export interface KubectlAnswer {
  /** The content of each readable document. */
  readonly documents: readonly unknown[];
  /** Why the documents after these could not. */
  readonly syntax?: string;
  /** The objects, with lists flattened. */
  readonly objects: readonly unknown[];
  /** The file of each object, of a folder alone. */
  readonly files: readonly string[];
  readonly errors: readonly string[];
}

/** Our reading of a file, compared with kubectl's. */
export type Comparison =
  | { readonly kind: "alike" }
  | { readonly kind: "not judged"; readonly reason: string }
  | { readonly kind: "different"; readonly ours: unknown; readonly theirs: unknown };

/**
 * kubectl's message for a document that is no Kubernetes object, which is skipped here with a note, and for one whose metadata
 * has the wrong types, which is judged here and never applied.
 */
const refusesObject = /^\[?unable to (?:decode|get type info)/;

/** Holds a file against what kubectl reads in it. */
export function compared(content: Buffer, theirs: KubectlAnswer): Comparison {
  const text = manifestText(content);
  if (text === undefined) return { kind: "not judged", reason: "this is no text" };
  const read = readDocuments(text, "f");
  const plain = readPlain(text, "f");
  if (read.kind === "problem" || plain.kind === "problem") {
    const { at } = read.kind === "problem" ? read : { at: undefined };
    return { kind: "not judged", reason: at?.message ?? "?" };
  }
  const documents = plain.value.map(({ value }) => canonical(value));
  const objects = read.value.objects.map(({ object }) => canonical(withoutNullNamespace(object)));
  const ours = { documents, objects, errors: [] as readonly string[] };
  const found = {
    documents: theirs.documents.map(canonical),
    objects: theirs.objects.filter(isApplied).map(canonical),
    errors: [...theirs.errors, ...(theirs.syntax === undefined ? [] : [theirs.syntax])],
  };
  const refused = found.errors.filter((error) => refusesObject.test(error));
  const applied =
    refused.length === 0 ? objects : objects.filter((object) => found.objects.includes(object));
  const expected = { documents, objects: applied, errors: refused };
  const isAlike = JSON.stringify(expected) === JSON.stringify(found);
  return isAlike ? { kind: "alike" } : { kind: "different", ours, theirs: found };
}

/** An object as kubectl sends it: it takes a namespace out that is null, which the readers here take for none. */
function withoutNullNamespace(object: unknown): unknown {
  const { metadata } = object as { readonly metadata?: unknown };
  if (typeof metadata !== "object" || metadata === null || !("namespace" in metadata))
    return object;
  const { namespace, ...rest } = metadata;
  return namespace === null ? { ...(object as object), metadata: rest } : object;
}

/** Whether kubectl would send an object: it refuses one without `apiVersion`. */
function isApplied(object: unknown): boolean {
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  return [apiVersion, kind].every((text) => typeof text === "string" && text !== "");
}

/** A value as JSON with sorted keys; numbers are equal that JavaScript cannot distinguish. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}
