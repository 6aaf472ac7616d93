import type { Fact } from "../../../core/graph/fact";
import { scopedName, type Name } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import { imageName } from "../verifiers";
import { containersOf } from "./containers";
import { atOf, spaceOf, type KubeObject } from "./object";
import type { PodTemplate } from "./pod-template";
import { nameTextAt } from "./text";

/** The namespace that KEDA's operator mostly is in. Source: keda.sh/docs, deploy. */
export const usualNamespace = "keda";

/** Images of the operator: KEDA's own, and Bitnami's. */
const images = new Set(["keda", "keda-operator"]);

/** The variable that tells the operator where else than in its own namespace it finds what objects of the cluster name. Source: keda.sh/docs, concepts/authentication. */
const toldBy = "KEDA_CLUSTER_OBJECT_NAMESPACE";

/** KEDA's operator, of which a cluster has one. Source: keda.sh/docs, operate/cluster. */
export function operatorIn(cluster: string): Name {
  return scopedName("workload", cluster, "operator", "KEDA");
}

/** That a workload is KEDA's operator, and where it looks for what a ClusterTriggerAuthentication names. */
export function* operatorOf(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  const container = containersOf(pod).find(({ image = "" }) => images.has(imageName(image)));
  const own = spaceOf(object);
  if (container === undefined || own === undefined) return;
  const told = listAt(container.value, "env").find((item) => nameTextAt(item, "name") === toldBy);
  const namespace = nameTextAt(told, "value") ?? "";
  const operator = operatorIn(object.cluster);
  const at = atOf(object, `${container.path}.image`);
  yield { kind: "alias", at, thing: object.thing, also: operator };
  yield { kind: "looks-in", at, operator, namespace: namespace === "" ? own : namespace };
}
