import { deepest } from "../policy-pack/run/hypotheses/open-place";
import {
  mostInPairs,
  mostJudgedInPairs,
  mostJudgedValues,
} from "../policy-pack/run/hypotheses/hypothesize";

/** How many hypotheses of one stack are tried at most, as lines of a list. */
export function bounds(): string {
  return [
    `- Up to ${mostInPairs} values, or fewer if the stack times the values is more than ${figure(mostJudgedInPairs)} resources. Each value`,
    "  is tried alone, and then as often again with each value of every other place.",
    `- Otherwise all places take their next value at once, at most ${mostJudgedValues} times. A note names each place with more`,
    "  values.",
    `- Values deeper than ${deepest} steps are not tried.`,
  ].join("\n");
}

function figure(count: number): string {
  return count.toLocaleString("en");
}
