import { knownString } from "../../core/snapshot/read";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import type { Supposed, Hypothesis } from "./hypothesis";
import { text } from "./values";

const workloads = /^agentid:index:(Agent|Orchestrator|Tool|LegacyTool)$/;

/** What stands in the place of what a preview cannot know of what our components are told. */
export const ofComponents: readonly Hypothesis[] = [
  { types: workloads, path: ["tenant", "name"], values: tenants },
  { types: workloads, path: ["grants", "[]", "tool", "tenant"], atLeast: 3, values: tenants },
  { types: workloads, path: ["grants", "[]", "tool", "name"], atLeast: 3, values: tools },
];

function tenants(_: OpenPlace, stack: StackView): readonly Supposed[] {
  return stack.tenants.map(text);
}

function tools(_: OpenPlace, stack: StackView): readonly Supposed[] {
  const names = stack
    .ofTypes(/^agentid:index:(Tool|LegacyTool)$/)
    .map(({ inputs, name }) => knownString(inputs, "name") ?? name);
  return [...new Set(names)].sort().map(text);
}
