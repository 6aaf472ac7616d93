import type { FactOf } from "../graph/fact";
import { typeInUrn } from "../snapshot/resource";
import type { Urn } from "../snapshot/value";

/** What says nothing of where its values come from: they are made up in the stack. */
const madeUp = "random:";

/**
 * Whether a user or group that is not known is one of people: its name is made of what they are kept in elsewhere.
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

/** What it takes to know whom a binding gives rights; undefined where that is known, or known to be people. */
export function unknownSubjectOf({ subject }: FactOf<"binds">): readonly Urn[] | undefined {
  const { kind, dependsOn } = subject;
  if (kind === "ServiceAccount" || dependsOn === undefined) return undefined;
  if (kind === "IAM role") return dependsOn;
  return kind !== "unknown" && isOfPeople(dependsOn) ? undefined : dependsOn;
}
