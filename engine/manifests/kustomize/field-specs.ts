import type { ValueRecord } from "../../../core/snapshot/value";
import { splitPath } from "./field-path";
import { gvkOf, isOfGvk, type Gvk } from "./ids";

/** A field that kustomize changes, of all kinds that it names; what is empty names all. */
export interface FieldSpec extends Gvk {
  readonly path: string;
  readonly parts: readonly string[];
  /** Whether the field is made where it is not there. */
  readonly create: boolean;
}

/** The fields by which objects name those of a kind. */
export interface NameReference extends Gvk {
  readonly fields: readonly FieldSpec[];
}

/** Which fields of which kinds each change goes to, by the names that `configurations` have for them. */
export interface FieldSpecs {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

/** No fields at all. */
export const noFields: FieldSpecs = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  commonAnnotations: [],
  nameReference: [],
  varReference: [],
  images: [],
  replicas: [],
};

/** A field. */
export function fieldSpec(path: string, of: Partial<Gvk> = {}, create = false): FieldSpec {
  return { group: "", version: "", kind: "", ...of, path, parts: splitPath(path, "/"), create };
}

/** Those of some fields that are of an object's kind. */
export function fieldsOf(fields: readonly FieldSpec[], object: ValueRecord): readonly FieldSpec[] {
  const gvk = gvkOf(object);
  return fields.filter((field) => isOfGvk(gvk, field));
}

/**
 * Two lists of fields as one: a field that is there for its kind, or for one that its kind holds, is not added.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/types/fieldspec.go.
 */
export function joined(
  specs: readonly FieldSpec[],
  more: readonly FieldSpec[],
): readonly FieldSpec[] {
  const made = [...specs];
  for (const one of more) {
    if (!made.some((each) => each.path === one.path && isOfGvk(each, one))) made.push(one);
  }
  return made.length === specs.length ? specs : made;
}

/** The fields of two configurations. */
export function joinedSpecs(specs: FieldSpecs, more: FieldSpecs): FieldSpecs {
  if (specs === more || more === noFields) return specs;
  if (specs === noFields) return more;
  return {
    namePrefix: joined(specs.namePrefix, more.namePrefix),
    nameSuffix: joined(specs.nameSuffix, more.nameSuffix),
    namespace: joined(specs.namespace, more.namespace),
    commonLabels: joined(specs.commonLabels, more.commonLabels),
    labels: joined(specs.labels, more.labels),
    templateLabels: joined(specs.templateLabels, more.templateLabels),
    commonAnnotations: joined(specs.commonAnnotations, more.commonAnnotations),
    nameReference: joinedReferences(specs.nameReference, more.nameReference),
    varReference: joined(specs.varReference, more.varReference),
    images: joined(specs.images, more.images),
    replicas: joined(specs.replicas, more.replicas),
  };
}

function joinedReferences(
  references: readonly NameReference[],
  more: readonly NameReference[],
): readonly NameReference[] {
  const made = [...references];
  for (const one of more) {
    const at = made.findIndex(
      ({ group, version, kind }) =>
        group === one.group && version === one.version && kind === one.kind,
    );
    const there = made[at];
    if (there === undefined) made.push(one);
    else made[at] = { ...there, fields: joined(there.fields, one.fields) };
  }
  return made;
}
