import { isList, isRecord, type ValueRecord } from "../../../core/snapshot/value";
import { changeAt, mapped } from "./field-path";
import { fieldsOf, type FieldSpec } from "./field-specs";
import { idOf, isNoNamespace, namespaceOf, remembering } from "./ids";
import type { Piece } from "./piece";

/** Which subjects of bindings are moved: those called `default`, all accounts, or none. */
export type MovedSubjects = "defaultOnly" | "allServiceAccounts" | "none";

/**
 * A piece in a namespace, whatever it named.
 *
 * Subjects with other names than `default` follow the accounts that they name, as do all references.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/filters/namespace/namespace.go.
 */
export function placed(
  piece: Piece,
  namespace: string,
  fields: readonly FieldSpec[],
  subjects: MovedSubjects = "defaultOnly",
  onlyUnset = false,
): Piece {
  const set = (found: unknown): string =>
    onlyUnset && typeof found === "string" && found !== "" ? found : namespace;
  let { object } = piece;
  const { kind, group } = idOf(object);
  if (!isNoNamespace(namespaceOf(object))) {
    object = changeAt(object, ["metadata", "namespace"], "", set) as ValueRecord;
  }
  const isBinding = kind === "RoleBinding" || kind === "ClusterRoleBinding";
  if (isBinding) object = withSubjects(object, set, subjects);
  for (const field of fieldsOf(fields, object)) {
    if (field.path === "metadata/namespace") continue;
    if (field.path === "metadata/name" && group !== "") continue;
    if (isBinding && field.path === "subjects/namespace") continue;
    object = changeAt(object, field.parts, field.create ? "" : undefined, (found) =>
      isRecord(found) || isList(found) ? found : set(found),
    ) as ValueRecord;
  }
  return { ...remembering(piece), object };
}

function withSubjects(
  object: ValueRecord,
  set: (found: unknown) => string,
  which: MovedSubjects,
): ValueRecord {
  const { subjects } = object;
  if (!isList(subjects) || which === "none") return object;
  const moved = mapped(subjects, (subject) => {
    if (!isRecord(subject)) return subject;
    const isMoved =
      which === "defaultOnly"
        ? subject["name"] === "default"
        : subject["kind"] === "ServiceAccount";
    return isMoved ? { ...subject, namespace: set(subject["namespace"]) } : subject;
  });
  return { ...object, subjects: moved };
}
