import { ofAws } from "./aws";
import { ofComponents } from "./components";
import { ofKubernetes } from "./kubernetes";
import { ofTrust } from "./trust";
import type { Hypothesis } from "./hypothesis";

/** Which values what a preview cannot know may turn out to have, where that decides what a rule says. */
export const hypotheses: readonly Hypothesis[] = [
  ...ofKubernetes,
  ...ofAws,
  ...ofTrust,
  ...ofComponents,
];
