import type { WorkloadKind } from "../../../facts/fact-values";
import { scopedName, type Name } from "../../../facts/name";
import { workloadMark } from "../../../../core/marks";
import type { Resource } from "../../../../core/snapshot/resource";
import type { KubeObject } from "../object";
import type { PodTemplate } from "./pod-template";
import { nameTextAt } from "../text";

/**
 * The names that the controllers of one service share: their own labels, and the chart that a manifest marks as their source.
 */
export function groupsOf(
  object: KubeObject,
  pods: readonly PodTemplate[],
  is: WorkloadKind,
): readonly Name[] {
  const group = groupOf(object, pods, is);
  const chart = renderedChart(object);
  const isOwn = actsItself(is) || labelOf(object, pods, workloadMark) !== undefined;
  const { cluster, namespace } = object;
  if (chart === undefined || isOwn || namespace.kind === "unknown")
    return group === undefined ? [] : [group];
  const byChart = scopedName("workload", cluster, namespace.text, "chart", chart);
  return group === undefined ? [byChart] : [group, byChart];
}

/**
 * The name under which the controllers of one service meet, so that a service and its migration Job are one workload.
 *
 * A declared workload is joined only to what declares itself to be the same, by kind and name; who takes no more than its name
 * would else share its identity unseen.
 */
function groupOf(
  object: KubeObject,
  pods: readonly PodTemplate[],
  is: WorkloadKind,
): Name | undefined {
  if (object.namespace.kind === "unknown") return undefined;
  const { cluster, namespace } = object;
  const scoped = (...parts: readonly string[]): Name =>
    scopedName("workload", cluster, namespace.text, ...parts);
  const own = labelOf(object, pods, workloadMark);
  if (actsItself(is)) {
    return own === undefined ? undefined : declaredWorkload(cluster, namespace.text, is, own);
  }
  if (own !== undefined) return scoped("label", own);
  const label = (of: string): string | undefined => labelOf(object, pods, of);
  const release =
    nameTextAt(object.body, "metadata", "annotations", "meta.helm.sh/release-name") ??
    releaseIn(label, namespace.text);
  if (release !== undefined) return scoped("helm", release);
  const rendered = isByHelm(label) ? label("helm.sh/chart") : undefined;
  if (rendered !== undefined) return scoped("helm chart", rendered);
  const chart = chartAbove(object);
  if (chart !== undefined) return scoped("chart", chart);
  const [instance, name] = [label(instanceLabel), label("app.kubernetes.io/name")];
  return instance === undefined || name === undefined ? undefined : scoped("app", instance, name);
}

/** Whether a workload is declared to be one that is joined to nothing but what declares the same. */
function actsItself(is: WorkloadKind): boolean {
  return is === "orchestrator" || is === "agent" || is === "tool";
}

const instanceLabel = "app.kubernetes.io/instance";

type Labels = (label: string) => string | undefined;

function isByHelm(label: Labels): boolean {
  return label("app.kubernetes.io/managed-by") === "Helm";
}

/**
 * The Helm release in labels, as Helm's charts write them, and as they did for its second version.
 *
 * Source: helm.sh/docs/chart_best_practices/labels; v2.helm.sh/docs/chart_best_practices, labels.
 */
function releaseIn(label: Labels, namespace: string): string | undefined {
  if (isByHelm(label)) return releaseInPart(label, namespace) ?? label(instanceLabel);
  return /^(?:Helm|Tiller)$/.test(label("heritage") ?? "") ? label("release") : undefined;
}

/**
 * The release of charts that give each of their components an instance of its own, `RELEASE-COMPONENT`, and have their release
 * in `part-of`, `NAMESPACE-RELEASE` with dashes doubled. Source: github.com/DataDog/helm-charts, `part-of-label`.
 */
function releaseInPart(label: Labels, namespace: string): string | undefined {
  const part = label("app.kubernetes.io/part-of");
  const before = `${namespace.replaceAll("-", "--")}-`;
  if (part?.startsWith(before) !== true) return undefined;
  const release = part.slice(before.length).replaceAll("--", "-");
  return label(instanceLabel)?.startsWith(`${release}-`) === true ? release : undefined;
}

/** The name under which a declared workload and what carries it out meet. */
export function declaredWorkload(
  cluster: string,
  namespace: string,
  is: string,
  workload: string,
): Name {
  return scopedName("workload", cluster, namespace, is, workload);
}

function chartAbove(object: KubeObject): string | undefined {
  for (
    let parent = parentOf(object.resource, object), steps = 0;
    parent !== undefined && steps < 20;
    parent = parentOf(parent, object), steps += 1
  ) {
    if (/^kubernetes:helm\.sh\/[^:]+:(Chart|Release)$/.test(parent.type)) return parent.urn;
  }
  return undefined;
}

/** The chart that a manifest marks as an object's source: its parent, as `engine/manifests` has it. */
function renderedChart({ resource, context }: KubeObject): string | undefined {
  const parent = resource.parent === undefined ? undefined : context.resource(resource.parent);
  return parent?.type === "helm:manifests:Chart" ? parent.urn : undefined;
}

function parentOf(resource: Resource, object: KubeObject): Resource | undefined {
  return resource.parent === undefined ? undefined : object.context.resource(resource.parent);
}

function labelOf(
  object: KubeObject,
  pods: readonly PodTemplate[],
  label: string,
): string | undefined {
  return labelsOf(object, pods, label)[0];
}

/** A label of an object and of its pods, in this order. */
export function labelsOf(
  object: KubeObject,
  pods: readonly PodTemplate[],
  label: string,
): readonly string[] {
  return labelPaths(pods).flatMap((path) => nameTextAt(object.body, ...path, label) ?? []);
}

/** The locations of the labels of an object and of its pods. */
export function labelPaths(pods: readonly PodTemplate[]): readonly (readonly string[])[] {
  return [
    ["metadata", "labels"],
    ...pods.flatMap((pod) => (pod.labels === undefined ? [] : [pod.labels])),
  ];
}
