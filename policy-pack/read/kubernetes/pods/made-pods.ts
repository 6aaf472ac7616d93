import { notKnown } from "../../../../core/certainty";
import type { Fact } from "../../../facts/fact";
import type { Labels, Text } from "../../../facts/fact-values";
import { entriesAt, read } from "../../../../core/snapshot/read";
import { atOf, refOf, type KubeObject } from "../object";
import type { PodTemplate } from "./pod-template";
import { textAt } from "../text";

/** States that a workload makes pods: where, with which labels, and on whose network. */
export function madePods(object: KubeObject, pod: PodTemplate): Fact {
  const { namespace, thing } = object;
  return {
    kind: "makes-pods",
    at: atOf(object, pod.path),
    workload: thing,
    namespace: refOf(namespace),
    labels: pod.labels === undefined ? hidden : labelsAt(object, pod.labels),
    hostNetwork: hostNetworkOf(pod),
  };
}

/** For a pod's spec without metadata: its labels are unknown here. */
const hidden: Labels = notKnown();

/** The labels at a path of an object. */
export function labelsAt(object: KubeObject, labels: readonly string[]): Labels {
  const found = read(object.body, ...labels);
  if (found.kind === "unknown") return notKnown(found);
  const known: [string, Text][] = entriesAt(object.body, ...labels).map(([key, value]) => {
    const text = textAt(value);
    switch (text.kind) {
      case "text":
        return [key, { kind: "known", text: text.text }];
      case "unknown":
        return [key, notKnown(text)];
      case "absent":
        return [key, notKnown()];
    }
  });
  return { kind: "known", labels: Object.fromEntries(known) };
}

function hostNetworkOf({ spec }: PodTemplate): boolean | undefined {
  const found = textAt(spec, "hostNetwork");
  return found.kind === "unknown" ? undefined : found.kind === "text" && found.text === "true";
}
