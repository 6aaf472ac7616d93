import type { Holding, Ref } from "../../../core/graph/fact";
import type { Name } from "../../../core/graph/name";
import { knownString } from "../../../core/snapshot/read";
import type { ReadContext } from "../reader";
import type { FactList } from "../values";
import { parameter } from "./refs";

/** States that a workload holds a secret, or one key of it. A plain `String` parameter is configuration, no secret. */
export function sayHolds(
  list: FactList,
  context: ReadContext,
  place: { readonly workload: Name; readonly property: string; readonly through: Holding },
  ref: Ref,
  key?: string,
): void {
  const isPlain = ref.kind === "named" && isPlainParameter(ref.name, context);
  list.say("holds", place.property, {
    workload: place.workload,
    secret: ref,
    through: place.through,
    ...(key !== undefined && { key }),
    ...(isPlain && { apart: "no static secret" as const }),
  });
}

function isPlainParameter(name: Name, context: ReadContext): boolean {
  const resource = name.startsWith("urn:") ? context.resource(name) : undefined;
  if (resource === undefined || !parameter.types.includes(resource.type)) return false;
  const type = knownString(resource.inputs, "type");
  return type === "String" || type === "StringList";
}
