import type { ValueRecord } from "../../core/snapshot/value";
import type { Parsed } from "../yaml-text";
import { readDocuments } from "./documents";

/** Decodes a manifest as the Kubernetes provider's `kubernetes:yaml:decode` does: documents that are no objects are left out. */
export function decodeYaml(text: string, file: string): Parsed<readonly ValueRecord[]> {
  const documents = readDocuments(text, file, "kept");
  if (documents.kind === "problem") return documents;
  return { kind: "ok", value: documents.value.objects.map(({ object }) => object) };
}
