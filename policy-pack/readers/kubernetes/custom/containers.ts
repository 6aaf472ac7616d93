import { catalogued } from "../../../reading/kinds";
import { matchesAt } from "../../../reading/paths";
import type { KubeObject } from "../object";
import type { PodTemplate } from "../pod-template";

/** The containers of an object that are outside of a pod's spec, each as a pod of its own. */
export function ownContainers(object: KubeObject): readonly PodTemplate[] {
  const { containers = [] } = catalogued(object);
  return [...matchesAt(object.body, containers)].flatMap(({ value, path, unknown }) =>
    unknown === undefined ? [{ spec: value, path, labels: undefined, isContainer: true }] : [],
  );
}
