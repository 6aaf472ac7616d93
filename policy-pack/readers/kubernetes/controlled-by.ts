import { k8sName, type Name } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import { groupInApiVersion, kindName, type KubeObject } from "./object";
import { controllerKinds } from "./pod-template";
import { nameTextAt } from "./text";

/** Kinds of custom controllers whose ReplicaSets are theirs alone. Source: argo-rollouts.readthedocs.io, concepts. */
const customControllers = new Set(["Rollout.argoproj.io"]);

/**
 * The controller that creates an object, by the owner that says it controls it: a Deployment of a ReplicaSet, a ReplicaSet of a
 * Pod, a CronJob of a Job. Manifests that a cluster printed have both.
 *
 * Owners of other kinds are left alone: an operator may own workloads that are not one.
 *
 * Source: kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents
 */
export function controllerOf(object: KubeObject): Name | undefined {
  const { cluster, namespace } = object;
  if (namespace.kind === "unknown") return undefined;
  for (const owner of listAt(object.body, "metadata", "ownerReferences")) {
    if (nameTextAt(owner, "controller") !== "true") continue;
    const name = nameTextAt(owner, "name");
    const kind = kindName(
      groupInApiVersion(nameTextAt(owner, "apiVersion") ?? ""),
      nameTextAt(owner, "kind") ?? "",
    );
    if (name === undefined) return undefined;
    return controllerKinds.includes(kind) || customControllers.has(kind)
      ? k8sName(cluster, namespace.text, kind, name)
      : undefined;
  }
  return undefined;
}
