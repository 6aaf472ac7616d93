import { notKnown } from "../../../core/certainty";
import type { Fact } from "../../../core/graph/fact";
import type { Text } from "../../../core/graph/fact-values";
import { scopedName, type Name } from "../../../core/graph/name";
import { listAt, read } from "../../../core/snapshot/read";
import type { Value } from "../../../core/snapshot/value";
import { imageName } from "../servers";
import { containersOf } from "./containers";
import { atOf, spaceOf, type KubeObject } from "./object";
import type { PodTemplate } from "./pod-template";
import { nameTextAt, textAt, waitingAt } from "./text";

/** The namespace that KEDA's operator mostly is in. Source: keda.sh/docs, deploy. */
export const usualNamespace = "keda";

/** Images of the operator: KEDA's own, and Bitnami's. */
const images = new Set(["keda", "keda-operator"]);

/** The variable that tells the operator where else than in its own namespace it finds what objects of the cluster name. Source: keda.sh/docs, concepts/authentication. */
const reportedBy = "KEDA_CLUSTER_OBJECT_NAMESPACE";

/** KEDA's operator, of which a cluster has one. Source: keda.sh/docs, operate/cluster. */
export function operatorIn(cluster: string): Name {
  return scopedName("workload", cluster, "operator", "KEDA");
}

/** That a workload is KEDA's operator, and where it looks for what a ClusterTriggerAuthentication names. */
export function* operatorOf(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  const container = containersOf(pod).find(({ image = "" }) => images.has(imageName(image)));
  const own = spaceOf(object);
  if (container === undefined || own === undefined) return;
  const operator = operatorIn(object.cluster);
  const at = atOf(object, `${container.path}.image`);
  yield { kind: "alias", at, thing: object.thing, also: operator };
  yield { kind: "operator-namespace", at, operator, namespace: reportedTo(container.value, own) };
}

/** The namespace that a container is told: its own where it is told none. */
function reportedTo(container: Value, own: string): Text {
  const all = waitingAt(container, "env");
  if (all !== undefined) return { kind: "unknown", dependsOn: all };
  const variables = listAt(container, "env");
  const reported = variables.findLast((item) => nameTextAt(item, "name") === reportedBy);
  if (reported === undefined) {
    // A variable of which the name is not known may be the one.
    const dependencies = variables.flatMap((item) => waitingAt(item, "name") ?? []);
    const isOpen = variables.some((item) => waitingAt(item, "name") !== undefined);
    return isOpen ? { kind: "unknown", dependsOn: dependencies } : { kind: "known", text: own };
  }
  const found = textAt(reported, "value");
  if (found.kind === "unknown") return notKnown(found);
  if (found.kind === "text" && found.text !== "") return { kind: "known", text: found.text };
  if (read(reported, "valueFrom").kind === "absent") return { kind: "known", text: own };
  const field = nameTextAt(reported, "valueFrom", "fieldRef", "fieldPath");
  if (field === "metadata.namespace") return { kind: "known", text: own };
  return { kind: "unknown", dependsOn: waitingAt(reported, "valueFrom") ?? [] };
}
