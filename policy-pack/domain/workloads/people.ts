import type { FactOf } from "../../facts/fact";
import { typeInUrn } from "../../../core/snapshot/resource";
import type { Urn } from "../../../core/snapshot/value";

/** Types whose values have no outside source: they are generated in the stack. */
const madeUp = "random:";

/**
 * Whether an unknown user or group is one of people: its name is made of an outside directory.
 *
 * Made of what is in the cluster, or of nothing that is known, it may be an account spelled as a user or group.
 */
function isOfPeople(dependsOn: readonly Urn[]): boolean {
  const types = dependsOn.map(typeInUrn);
  return (
    types.length > 0 &&
    !types.some((type) => type.startsWith("kubernetes:") || type.startsWith(madeUp))
  );
}

/** The dependencies of a binding's subject; undefined where it is known, or known to be people. */
export function unknownSubjectOf({ subject }: FactOf<"binds">): readonly Urn[] | undefined {
  const { kind, dependsOn } = subject;
  if (kind === "ServiceAccount" || dependsOn === undefined) return undefined;
  if (kind === "IAM role") return dependsOn;
  return kind !== "unknown" && isOfPeople(dependsOn) ? undefined : dependsOn;
}
