import { named, type UseChannel } from "../../facts/fact-values";
import { scopedName, type Name } from "../../facts/name";
import { readString } from "../../../core/snapshot/read";
import type { Value } from "../../../core/snapshot/value";
import type { ReadContext } from "../resource/reader";
import { onlyOf, type FactList, unknownAt } from "../resource/values";
import { addUses } from "./compute/uses";
import { parameter, scopeFor, secret, secretInArn } from "./refs";

/** The location of a reference to a secret. */
export interface ReferencePlace {
  readonly workload: Name;
  readonly top: string;
  readonly property: string;
  readonly through: UseChannel;
  /** The environment variable that has it. */
  readonly under: string | undefined;
  /** Whether the workload is a server that checks what it receives there. */
  readonly verifies?: boolean;
}

/**
 * States the secret or parameter that a `valueFrom` gives a workload.
 *
 * A text that is no ARN names a parameter of the same account and region (ECS and App Runner, "secrets").
 */
export function addReference(
  list: FactList,
  context: ReadContext,
  place: ReferencePlace,
  value: Value | undefined,
): void {
  const found = readString(value);
  if (found.kind === "present" && found.value !== "") {
    const reference = secretInArn(found.value);
    const scope = scopeFor(parameter, list.resource, context);
    if (reference !== undefined) {
      addUses(list, place, named(reference.name), reference.key);
    } else if (!found.value.startsWith("arn:")) {
      const name = scopedName(parameter.kind, scope, parameter.tidy(found.value));
      addUses(list, place, named(name));
    }
    return;
  }
  if (found.kind !== "unknown") return;
  const unknown = unknownAt(list.resource, place.top, found);
  const only = onlyOf(unknown, [...secret.types, ...parameter.types]);
  addUses(list, place, only === undefined ? unknown : named(only));
}
