import type { Labels, Selector, Text } from "../../facts/fact-values";
import type { Requirement } from "../../../core/snapshot/selector-text";
import { and, fromBoolean, no, not, unknown, yes, type Three } from "../../../core/three-valued";

/**
 * Whether a selector selects what has these labels.
 *
 * Source: kubernetes.io, "Labels and Selectors": `NotIn` and `DoesNotExist` also select what lacks the key.
 */
export function selects(selector: Selector, labels: Labels): Three {
  if (selector.kind === "unknown")
    return unknown("a selector is not known yet", selector.dependsOn);
  if (selector.requirements.length === 0) return yes;
  if (labels.kind === "unknown") {
    return unknown("the labels of a pod are not known yet", labels.dependsOn);
  }
  return and(selector.requirements.map((requirement) => holds(requirement, labels.labels)));
}

function holds(
  { key, operator, values }: Requirement,
  labels: Readonly<Record<string, Text>>,
): Three {
  const label = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "In":
      return isOneOf(label, values);
    case "NotIn":
      return not(isOneOf(label, values));
    case "Exists":
      return fromBoolean(label !== undefined);
    case "DoesNotExist":
      return fromBoolean(label === undefined);
    default:
      return unknown("a selector has an operator that Kubernetes does not define");
  }
}

function isOneOf(label: Text | undefined, values: readonly string[]): Three {
  if (label === undefined) return no;
  if (label.kind === "unknown") {
    return unknown("a label of a pod is not known yet", label.dependsOn);
  }
  return fromBoolean(values.includes(label.text));
}
