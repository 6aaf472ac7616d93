import { ofAws } from "./aws";
import { ofComponents } from "./components";
import { ofKubernetes } from "./kubernetes";
import { ofTrust } from "./trust";
import type { Supposition } from "./supposition";

/** Which values what a preview cannot know may turn out to have, where that decides what a rule says. */
export const suppositions: readonly Supposition[] = [
  ...ofKubernetes,
  ...ofAws,
  ...ofTrust,
  ...ofComponents,
];
