import { apartKey, apartName } from "../../../core/credential/apart";
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
    /** Whether the workload checks the credential itself. */
    readonly verifies?: boolean | undefined;
    /** Whether only a text stands there that may be the secret's name. */
    readonly isName?: true;
  },
  secret: Ref,
  key?: string,
): void {
  const { workload, property, through, under, verifies, isName } = place;
  const told = apartKey(key) ?? (under === undefined ? undefined : apartName(under));
  const apart = verifies === true ? "verifier" : told;
  list.say("holds", property, {
    workload,
    secret,
    through,
    ...(key !== undefined && { key }),
    ...(under !== undefined && { under }),
    ...(apart !== undefined && { apart }),
    ...(isName && { isName }),
  });
}
