import { knownString } from "../../../core/snapshot/read";
import { ofAws } from "./aws";
import { ofKubernetes } from "./kubernetes";
import { ofTrust } from "./trust";
import type { Hypothesis, PossibleValue } from "./hypothesis";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import { text } from "./values";

const workloads = /^agentid:index:(Agent|Orchestrator|Tool|LegacyTool)$/;

/** Possible values of unknown inputs of our components. */
const ofComponents: readonly Hypothesis[] = [
  { types: workloads, path: ["tenant", "name"], values: tenants },
  { types: workloads, path: ["grants", "[]", "tool", "tenant"], atLeast: 3, values: tenants },
  { types: workloads, path: ["grants", "[]", "tool", "name"], atLeast: 3, values: tools },
];

function tenants(_: OpenPlace, stack: StackView): readonly PossibleValue[] {
  return stack.tenants.map(text);
}

function tools(_: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const names = stack
    .ofTypes(/^agentid:index:(Tool|LegacyTool)$/)
    .map(({ inputs, name }) => knownString(inputs, "name") ?? name);
  return [...new Set(names)].sort().map(text);
}

/** Which possible values each unknown property has, where these decide a rule. */
export const hypotheses: readonly Hypothesis[] = [
  ...ofKubernetes,
  ...ofAws,
  ...ofTrust,
  ...ofComponents,
];
