import { exemptKey, exemptName } from "../../../domain/secrets/apart";
import type { UseChannel, Ref } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import type { FactList } from "../../resource/values";

/** States that a workload uses a secret, or one key of it. */
export function addUses(
  list: FactList,
  place: {
    readonly workload: Name;
    readonly property: string;
    readonly through: UseChannel;
    /** The environment variable that has it. */
    readonly under?: string | undefined;
    /** Whether the workload checks the credential itself. */
    readonly verifies?: boolean | undefined;
    /** Whether it is only a text that may be the secret's name. */
    readonly isName?: true;
  },
  secret: Ref,
  key?: string,
): void {
  const { workload, property, through, under, verifies, isName } = place;
  const reported = exemptKey(key) ?? (under === undefined ? undefined : exemptName(under));
  const exempt = verifies === true ? "verifier" : reported;
  list.add("uses", property, {
    workload,
    secret,
    through,
    ...(key !== undefined && { key }),
    ...(under !== undefined && { under }),
    ...(exempt !== undefined && { exempt }),
    ...(isName && { isName }),
  });
}
