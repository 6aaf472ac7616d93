import { isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import { objectName } from "../kubernetes/kinds";
import { inNamespace } from "./default-namespace";
import { isSimple } from "./kustomization";

/** Kinds with a pod template, and where it is; of others kustomize changes only the object's own labels. */
const TEMPLATES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  CronJob: [
    ["spec", "jobTemplate"],
    ["spec", "jobTemplate", "spec", "template"],
  ],
  DaemonSet: [["spec", "template"]],
  Deployment: [["spec", "template"]],
  Job: [["spec", "template"]],
  ReplicaSet: [["spec", "template"]],
  ReplicationController: [["spec", "template"]],
  StatefulSet: [["spec", "template"]],
};

/**
 * Objects as a kustomization makes them that lists them: with its labels and annotations, in its namespace.
 *
 * Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/, and the default field specifications of
 * kubernetes-sigs/kustomize, api/internal/konfig/builtinpluginconsts.
 */
export function kustomized(
  kustomization: ValueRecord,
  objects: readonly ValueRecord[],
): readonly ValueRecord[] {
  const { namespace } = kustomization;
  if (!isSimple(kustomization, "namespace")) return objects;
  const placed =
    typeof namespace === "string" && namespace !== "" ? inOne(objects, namespace) : objects;
  return placed.map((object) => labelled(kustomization, object));
}

/** All in one namespace, whatever they name, and so the subjects of bindings that name accounts among them. */
function inOne(objects: readonly ValueRecord[], namespace: string): readonly ValueRecord[] {
  const accounts = new Set(
    objects.filter(({ kind }) => kind === "ServiceAccount").map((account) => keyOf(account)),
  );
  return objects
    .map((object) => {
      const { apiVersion, kind } = objectName(object);
      if (apiVersion === "v1" && kind === "Namespace") {
        return changed(object, ["metadata"], { name: namespace });
      }
      const own = withoutNamespace(object);
      const moved = inNamespace(own, namespace);
      return moved === own ? object : moved;
    })
    .map((object) => bound(object, accounts, namespace));
}

function bound(object: ValueRecord, accounts: ReadonlySet<string>, namespace: string): ValueRecord {
  if (object["kind"] !== "RoleBinding" && object["kind"] !== "ClusterRoleBinding") return object;
  const { subjects } = object;
  if (!isList(subjects)) return object;
  return {
    ...object,
    subjects: subjects.map((subject): Value => {
      if (!isRecord(subject) || subject["kind"] !== "ServiceAccount") return subject;
      const isMoved = subject["name"] === "default" || accounts.has(keyOf({ metadata: subject }));
      return isMoved ? { ...subject, namespace } : subject;
    }),
  };
}

function keyOf(object: ValueRecord): string {
  const { namespace, name } = objectName(object);
  return `${namespace === "" ? "default" : namespace}/${name}`;
}

function labelled(kustomization: ValueRecord, object: ValueRecord): ValueRecord {
  let made = object;
  const common = kustomization["commonLabels"];
  const sets = [
    ...(isRecord(common) ? [{ pairs: common, inTemplates: true, inSelectors: true }] : []),
    ...(isSimple(kustomization, "labels") ? labelSets(kustomization["labels"]) : []),
  ];
  for (const { pairs, inTemplates, inSelectors } of sets) {
    made = changed(made, ["metadata", "labels"], pairs);
    if (inTemplates || inSelectors) made = inTemplatesOf(made, "labels", pairs);
    if (inSelectors) made = inSelectorsOf(made, pairs);
  }
  const annotations = kustomization["commonAnnotations"];
  if (!isRecord(annotations)) return made;
  made = changed(made, ["metadata", "annotations"], annotations);
  return inTemplatesOf(made, "annotations", annotations);
}

interface LabelSet {
  readonly pairs: ValueRecord;
  readonly inTemplates: boolean;
  readonly inSelectors: boolean;
}

function labelSets(labels: Value | undefined): readonly LabelSet[] {
  if (!isList(labels)) return [];
  return labels.flatMap((each): readonly LabelSet[] => {
    if (!isRecord(each) || !isRecord(each["pairs"])) return [];
    const inTemplates = each["includeTemplates"] === true;
    return [{ pairs: each["pairs"], inTemplates, inSelectors: each["includeSelectors"] === true }];
  });
}

function inTemplatesOf(
  object: ValueRecord,
  what: "labels" | "annotations",
  pairs: ValueRecord,
): ValueRecord {
  const { kind } = objectName(object);
  const paths = Object.hasOwn(TEMPLATES, kind) ? (TEMPLATES[kind] ?? []) : [];
  return paths.reduce((made, path) => changed(made, [...path, "metadata", what], pairs), object);
}

/** Of the objects that select pods those that rules look at: Services, NetworkPolicies and what makes the pods. */
function inSelectorsOf(object: ValueRecord, pairs: ValueRecord): ValueRecord {
  const { kind } = objectName(object);
  switch (kind) {
    case "Service":
      return changed(object, ["spec", "selector"], pairs);
    case "NetworkPolicy":
      return { ...object, spec: inPodSelectors(object["spec"] ?? null, pairs) };
    case "DaemonSet":
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
      return changed(object, ["spec", "selector", "matchLabels"], pairs);
    default:
      return object;
  }
}

function inPodSelectors(value: Value, pairs: ValueRecord): Value {
  if (isList(value)) return value.map((item) => inPodSelectors(item, pairs));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const isSelector = key === "podSelector" && isRecord(inner) && isRecord(inner["matchLabels"]);
      return [
        key,
        isSelector ? changed(inner, ["matchLabels"], pairs) : inPodSelectors(inner, pairs),
      ];
    }),
  );
}

/** A record with pairs added at a path, in place of those of the same names. */
function changed(record: ValueRecord, path: readonly string[], pairs: ValueRecord): ValueRecord {
  const [first, ...rest] = path;
  if (first === undefined) return { ...record, ...pairs };
  const inner = record[first];
  return { ...record, [first]: changed(isRecord(inner) ? inner : {}, rest, pairs) };
}

function withoutNamespace(object: ValueRecord): ValueRecord {
  const { metadata } = object;
  if (!isRecord(metadata)) return object;
  const kept = Object.entries(metadata).filter(([key]) => key !== "namespace");
  return { ...object, metadata: Object.fromEntries(kept) };
}
