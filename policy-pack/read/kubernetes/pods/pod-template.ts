import { hasParts, opened, read } from "../../../../core/snapshot/read";
import { Unknown, isList, isRecord, type Urn, type Value } from "../../../../core/snapshot/value";
import type { KubeObject } from "../object";
import { nameTextAt } from "../text";

/** A pod's spec in an object, and the location of its labels. */
export interface PodTemplate {
  /** The pod spec; its lists may contain unknown and secret values. */
  readonly spec: Value;
  /** Path of the spec in the object: `spec.template.spec`. */
  readonly path: string;
  /** Path of the template's labels in the object; none for a spec without metadata. */
  readonly labels: readonly string[] | undefined;
  /** Whether its pods do their work and end, as those of a Job. */
  readonly ends?: boolean;
  /** Whether it is a container itself, with variables and volumes side by side. */
  readonly isContainer?: true;
  /** The dependencies of the whole spec, where it is unknown in a preview. */
  readonly dependsOn?: readonly Urn[];
}

const templatePaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/** The controllers of Kubernetes itself, and the bare Pod. */
export const controllerKinds: readonly string[] = Object.keys(templatePaths);

const deepest = 8;
const mostVisited = 5_000;

/** The pod templates of an object: where its kind has one, else wherever something has the shape of a pod's spec. */
export function podTemplates(object: KubeObject): readonly PodTemplate[] {
  const isController = isBuiltIn(object) && Object.hasOwn(templatePaths, object.kind);
  const path = isController ? templatePaths[object.kind] : undefined;
  if (path === undefined) return templatesByShape(object.body);
  const found = read(object.body, ...path, "spec");
  const at = [...path, "spec"].join(".");
  const labels = [...path, "metadata", "labels"];
  const ends = object.kind === "Job" || object.kind === "CronJob";
  switch (found.kind) {
    case "present":
      return [{ spec: found.value, path: at, labels, ends }];
    case "secret":
      return [{ spec: found.secret, path: at, labels, ends }];
    case "unknown":
      return [{ spec: new Unknown(found.dependsOn), path: at, labels, dependsOn: found.dependsOn }];
    case "absent":
    case "unfit":
      return [];
  }
}

/** Whether a custom resource has a pod template somewhere. */
export function hasPodTemplate(body: Value): boolean {
  return templatesByShape(body).length > 0;
}

function isBuiltIn(object: KubeObject): boolean {
  return ["", "apps", "batch", "extensions"].includes(object.group);
}

function templatesByShape(body: Value): readonly PodTemplate[] {
  const found: PodTemplate[] = [];
  let visited = 0;
  const visit = (value: Value, path: readonly string[]): void => {
    visited += 1;
    if (path.length > deepest || visited > mostVisited) return;
    const plain = opened(value);
    if (isList(plain)) {
      plain.forEach((item, index) => visit(item, indexed(path, index)));
      return;
    }
    if (!isRecord(plain)) return;
    if (isPodSpec(plain)) {
      found.push({ spec: value, path: path.join("."), labels: labelsBeside(path) });
      return;
    }
    for (const [name, inner] of Object.entries(plain)) {
      if (hasParts(inner)) visit(inner, [...path, name]);
    }
  };
  const spec = read(body, "spec");
  if (spec.kind === "present") visit(spec.value, ["spec"]);
  if (spec.kind === "secret") visit(spec.secret, ["spec"]);
  return found;
}

function isPodSpec(value: Readonly<Record<string, Value>>): boolean {
  const containers = value["containers"];
  const plain = opened(containers);
  if (!isList(plain) || plain.length === 0) return false;
  return plain.every(
    (item) =>
      item instanceof Unknown ||
      nameTextAt(item, "name") !== undefined ||
      read(item, "image").kind !== "absent",
  );
}

/** The labels of a template are beside its spec; steps into lists are no properties, so such labels are left out. */
function labelsBeside(path: readonly string[]): readonly string[] | undefined {
  if (path.at(-1) !== "spec" || path.some((step) => step.includes("["))) return undefined;
  return [...path.slice(0, -1), "metadata", "labels"];
}

function indexed(path: readonly string[], index: number): readonly string[] {
  const last = path.at(-1) ?? "";
  return [...path.slice(0, -1), `${last}[${index}]`];
}
