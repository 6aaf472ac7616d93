import type { Holding, Ref } from "../../../core/graph/fact-values";
import type { Name } from "../../../core/graph/name";
import type { FactList } from "../values";

/** States that a workload holds a secret, or one key of it. */
export function sayHolds(
  list: FactList,
  place: {
    readonly workload: Name;
    readonly property: string;
    readonly through: Holding;
    /** The environment variable that has it. */
    readonly under?: string | undefined;
  },
  secret: Ref,
  key?: string,
): void {
  const { workload, property, through, under } = place;
  list.say("holds", property, {
    workload,
    secret,
    through,
    ...(key !== undefined && { key }),
    ...(under !== undefined && { under }),
  });
}
