import { labelOfThing } from "../../../facts/label";
import { missing, proven, unproven, type Control, type ControlCase } from "./control";

/** Longest time between two rotations, in days: in the longest waiver a secret is then replaced at least twice. */
const mostDays = 30;

/** What leaks is soon worth nothing. */
export const secretRotation: Control = {
  shows: `a rotation of the Secrets Manager secret replaces it at least every ${mostDays} days`,
  prove: ({ graph, thing }: ControlCase) => {
    const rotations = graph.facts("rotates", "secret", thing);
    const secret = labelOfThing(graph, thing);
    if (rotations.length === 0) return missing(`no rotation of \`${secret}\` is in the stack`);
    const known = rotations.flatMap(({ days }) => days ?? []);
    if (known.some((days) => days > 0 && days <= mostDays)) return proven;
    if (known.length < rotations.length) {
      return unproven(
        `how often \`${secret}\` is rotated is not known; give \`automaticallyAfterDays\` or \`rate(…)\``,
        rotations.flatMap(({ dependsOn }) => dependsOn),
      );
    }
    return missing(
      `\`${secret}\` is rotated every ${Math.min(...known)} days; at least every ${mostDays} is required`,
    );
  },
};
