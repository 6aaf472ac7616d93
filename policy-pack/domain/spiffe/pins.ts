import type { PodRegistration, Selector, Template } from "../../facts/fact-values";
import type { Requirement } from "../../../core/snapshot/selector-text";

/** What the selectors of a registration fix: one namespace, one workload of it. */
export interface Pins {
  readonly namespace: boolean;
  readonly workload: boolean;
  /** Whether its ServiceAccount fixes the workload. */
  readonly account: boolean;
}

/** The label that Kubernetes itself sets on every namespace. Source: kubernetes.io, "Well-Known Labels". */
export const namespaceName = "kubernetes.io/metadata.name";

/**
 * Selectors of SPIRE's `k8s` attestor that identify a workload of a namespace. Source: spiffe/spire,
 * doc/plugin_agent_workloadattestor_k8s.md.
 */
const ofWorkload =
  /^k8s:(?:sa|pod-name|pod-uid|pod-owner|pod-owner-uid|pod-label|container-name|container-image|pod-image|pod-init-image):/;

const ofNamespace = /^k8s:ns:/;

/** Labels that many workloads have in common, and boolean values. */
const commonLabel =
  /(?:^|[./-])(?:part-of|managed-by|tenant|team|owner|env|environment|stage|tier|region|zone|version|chart)$/i;
const yesOrNo = /^(?:true|false|enabled|disabled|yes|no|on|off|1|0|)$/i;

/** Whether a label is one that many workloads have in common. */
export function isCommonLabel(key: string): boolean {
  return commonLabel.test(key);
}

/** What the selectors of a registration of pods certainly fix. */
export function pinsOfPods({ namespaces, pods, found }: PodRegistration): Pins {
  const texts = found.flatMap((template) => fixedText(template) ?? []);
  const pinned = pinsOfSelectors(texts);
  return {
    namespace: pinned.namespace || requirementsOf(namespaces).some(isOneNamespace),
    workload: pinned.workload || requirementsOf(pods).some(isOneWorkload),
    account: pinned.account,
  };
}

/** What selectors of SPIRE's `k8s` attestor fix; a pod's UID is one pod's. */
export function pinsOfSelectors(selectors: readonly string[]): Pins {
  const isOnePod = selectors.some((selector) => selector.startsWith("k8s:pod-uid:"));
  return {
    namespace: isOnePod || selectors.some((selector) => ofNamespace.test(selector)),
    workload: isOnePod || selectors.some((selector) => ofWorkload.test(selector)),
    account: selectors.some((selector) => selector.startsWith("k8s:sa:")),
  };
}

/** Whether an unknown part of a registration may fix something. */
export function mayPinMore({ namespaces, pods, found }: PodRegistration): boolean {
  return (
    namespaces.kind === "unknown" ||
    pods.kind === "unknown" ||
    found.some((template) => template.kind === "unknown" || hasUnclear(template))
  );
}

/** Whether a selector takes only pods that have a label. */
export function requires(selector: Selector, label: string): boolean {
  return requirementsOf(selector).some(
    ({ key, operator }) => key === label && (operator === "In" || operator === "Exists"),
  );
}

function isOneNamespace({ key, operator, values }: Requirement): boolean {
  return key === namespaceName && operator === "In" && values.length === 1;
}

function isOneWorkload({ key, operator, values }: Requirement): boolean {
  const [value = ""] = values;
  const isCommon = isCommonLabel(key) || yesOrNo.test(value);
  return operator === "In" && values.length === 1 && !isCommon;
}

function requirementsOf(selector: Selector): readonly Requirement[] {
  return selector.kind === "known" ? selector.requirements : [];
}

/** The text of a template that is the same for all pods. */
export function fixedText(template: Template): string | undefined {
  if (template.kind === "unknown") return undefined;
  const [part, ...more] = template.parts;
  return part?.kind === "text" && more.length === 0 ? part.text : undefined;
}

function hasUnclear(template: Template): boolean {
  return template.kind === "known" && template.parts.some(({ kind }) => kind === "unclear");
}
