import { isList, isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import {
  fieldSpec,
  noFields,
  type FieldSpec,
  type FieldSpecs,
  type NameReference,
} from "./field-specs";
import type { Gvk } from "./ids";

/**
 * The fields that a file of `configurations` adds.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/internal/plugins/builtinconfig/transformerconfig.go.
 */
export function fieldsIn(value: Value): FieldSpecs {
  if (!isRecord(value)) return noFields;
  const of = (field: string): readonly FieldSpec[] => specsIn(value[field]);
  return {
    namePrefix: of("namePrefix"),
    nameSuffix: of("nameSuffix"),
    namespace: of("namespace"),
    commonLabels: of("commonLabels"),
    labels: of("labels"),
    templateLabels: of("templateLabels"),
    commonAnnotations: of("commonAnnotations"),
    nameReference: referencesIn(value["nameReference"]),
    varReference: of("varReference"),
    images: of("images"),
    replicas: of("replicas"),
  };
}

/** The fields in a list of field specifications. */
export function specsIn(value: Value | undefined): readonly FieldSpec[] {
  if (!isList(value)) return [];
  return value.flatMap((entry) => {
    if (!isRecord(entry) || typeof entry["path"] !== "string") return [];
    return [fieldSpec(entry["path"], gvkIn(entry), entry["create"] === true)];
  });
}

function referencesIn(value: Value | undefined): readonly NameReference[] {
  if (!isList(value)) return [];
  return value.flatMap((entry) =>
    isRecord(entry) ? [{ ...gvkIn(entry), fields: specsIn(entry["fieldSpecs"]) }] : [],
  );
}

function gvkIn(entry: ValueRecord): Gvk {
  const text = (field: string): string => {
    const value = entry[field];
    return typeof value === "string" ? value : "";
  };
  return { group: text("group"), version: text("version"), kind: text("kind") };
}
