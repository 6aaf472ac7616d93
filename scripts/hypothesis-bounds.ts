import { deepest } from "../policy-pack/hypotheses/open-place";
import {
  mostInPairs,
  mostJudged,
  mostJudgedInPairs,
  mostJudgedValues,
} from "../policy-pack/hypotheses/hypothesize";

/** How many hypotheses of one stack are tried at most, as lines of a list. */
export function bounds(): string {
  return [
    `- Up to ${mostInPairs} values, if ${figure(mostJudgedInPairs)} resources in all are enough to judge each: each value alone, then as often`,
    "  again each value with each value of every other place.",
    `- Otherwise all places take their next value at once, at most ${mostJudgedValues} times. A large stack is judged again until`,
    `  ${figure(mostJudged)} resources in all, but at least twice. A note names each place with more values.`,
    `- Values deeper than ${deepest} steps are not tried.`,
  ].join("\n");
}

function figure(count: number): string {
  return count.toLocaleString("en");
}
