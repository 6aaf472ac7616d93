import { knownString } from "../../core/snapshot/read";
import type { PlacedObject } from "../kubernetes/documents";
import { objectName } from "../kubernetes/kinds";

/** Kinds in the order in which Helm prints what it renders; those that it does not know follow. Source: helm.sh/helm/v3, `releaseutil.InstallOrder`. */
const printed = [
  "PriorityClass",
  "Namespace",
  "NetworkPolicy",
  "ResourceQuota",
  "LimitRange",
  "PodSecurityPolicy",
  "PodDisruptionBudget",
  "ServiceAccount",
  "Secret",
  "SecretList",
  "ConfigMap",
  "StorageClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "CustomResourceDefinition",
  "ClusterRole",
  "ClusterRoleList",
  "ClusterRoleBinding",
  "ClusterRoleBindingList",
  "Role",
  "RoleList",
  "RoleBinding",
  "RoleBindingList",
  "Service",
  "DaemonSet",
  "Pod",
  "ReplicationController",
  "ReplicaSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "StatefulSet",
  "Job",
  "CronJob",
  "IngressClass",
  "Ingress",
  "APIService",
];

/**
 * Which run of Helm printed each of the objects of one chart in one file, counted from 0.
 *
 * A run prints kinds in its order. What starts that order again is another run, of another release, where its labels name another
 * release, or where it shows a kind of one template once more; of one release by its labels, where it shows the very object once more, as in
 * another namespace. Hooks stand at the end of a run, in an order of their own. A file that somebody sorted otherwise is one run: that a
 * template is shown again tells nothing, since one may make objects of several kinds.
 */
export function helmRuns(objects: readonly PlacedObject[]): readonly number[] {
  const runs: number[] = [];
  const starts = startsOf(objects);
  let run = 0;
  let shown: PlacedObject[] = [];
  starts.forEach((start, index) => {
    const part = objects.slice(start, starts[index + 1]);
    if (isAnother(shown, part)) {
      run += 1;
      shown = [];
    }
    for (const placed of part) {
      shown.push(placed);
      runs.push(run);
    }
  });
  return runs;
}

/** Whether objects after those of a run, with which the order of kinds starts again, are of another one. */
function isAnother(shown: readonly PlacedObject[], part: readonly PlacedObject[]): boolean {
  const [before, after] = [releasesOf(shown), releasesOf(part)];
  const areNamed = before.size > 0 && after.size > 0;
  const isOne = areNamed && [...after].some((release) => before.has(release));
  if (areNamed && !isOne) return true;
  const of = (placed: PlacedObject): string => madeFrom(placed, isOne);
  const made = new Set(shown.map(of));
  return part.some((placed) => made.has(of(placed)));
}

/** The template that an object was made from, with its kind and, where that is asked for, its name. */
function madeFrom({ template = "", object }: PlacedObject, withName: boolean): string {
  const { kind, name } = objectName(object);
  return [template, kind, ...(withName ? [name] : [])].join(" ");
}

/** The releases that objects name, by the label that charts have for it. Source: helm.sh/docs/chart_best_practices/labels. */
export function releasesOf(objects: readonly PlacedObject[]): ReadonlySet<string> {
  return new Set(
    objects.flatMap(
      ({ object }) => knownString(object, "metadata", "labels", "app.kubernetes.io/instance") ?? [],
    ),
  );
}

/** Where, among objects, the order of kinds starts again in another template than the one before. */
function startsOf(objects: readonly PlacedObject[]): readonly number[] {
  const starts = objects.length === 0 ? [] : [0];
  let last: PlacedObject | undefined;
  objects.forEach((placed, index) => {
    if (isHook(placed)) return;
    const isBefore = last !== undefined && rankOf(placed) < rankOf(last);
    if (isBefore && placed.template !== last?.template) starts.push(index);
    last = placed;
  });
  return starts;
}

function rankOf({ object }: PlacedObject): number {
  const rank = printed.indexOf(objectName(object).kind);
  return rank === -1 ? printed.length : rank;
}

function isHook({ object }: PlacedObject): boolean {
  return knownString(object, "metadata", "annotations", "helm.sh/hook") !== undefined;
}
