import type { Labels, Text } from "../../../facts/fact-values";
import type { ContextValue } from "../../../../core/policy/condition/context";

/** What a tag is known to be; keys in lowercase, as IAM compares them. */
export function valueIn(labels: Labels, key: string): ContextValue {
  if (labels.kind === "unknown") {
    const { dependsOn } = labels;
    return { kind: "unknown", reason: "the tags of a resource are not known yet", dependsOn };
  }
  const { labels: all } = labels;
  // Most keys are written in lowercase.
  const text = Object.hasOwn(all, key) ? all[key] : anyCase(all, key);
  return text === undefined ? { kind: "absent" } : valueOf(text);
}

function anyCase(all: Readonly<Record<string, Text>>, key: string): Text | undefined {
  return Object.entries(all).find(([name]) => name.toLowerCase() === key)?.[1];
}

function valueOf(text: Text): ContextValue {
  return text.kind === "known"
    ? { kind: "present", values: [text.text] }
    : { kind: "some", reason: "the value of a tag is not known yet", dependsOn: text.dependsOn };
}
