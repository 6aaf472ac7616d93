import { iamRole } from "../../../core/arn";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import type { PossibleValue } from "./hypothesis";
import { outputsOf, text } from "./values";

/** The roles that the stack has, and those that it names by their ARN. */
export function roleReferences(place: OpenPlace, stack: StackView): readonly PossibleValue[] {
  return [
    ...outputsOf(/^aws:iam\/role:Role$/, place, stack),
    ...stack.once("ARNs of roles", () =>
      stack.arns.filter((arn) => iamRole(arn) !== undefined && !/[*?]/.test(arn)).map(text),
    ),
  ];
}
