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
 * A run prints kinds in its order. What starts that order again, and shows a template once more that was shown before it, is another
 * run: of another release. Hooks stand at the end of a run, in an order of their own. A file that somebody sorted otherwise is one run.
 */
export function helmRuns(objects: readonly PlacedObject[]): readonly number[] {
  const runs: number[] = [];
  const starts = startsOf(objects);
  let run = 0;
  let shown = new Set<string>();
  starts.forEach((start, index) => {
    const part = objects.slice(start, starts[index + 1]);
    const templates = part.map(({ template = "" }) => template);
    if (templates.some((template) => shown.has(template))) {
      run += 1;
      shown = new Set();
    }
    for (const template of templates) {
      shown.add(template);
      runs.push(run);
    }
  });
  return runs;
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
