import { isObjectType, namesKind, typedToken } from "../../../core/kubernetes-type";
import { read } from "../../../core/snapshot/read";
import { tokenInUrn, type Resource } from "../../../core/snapshot/resource";
import type { Reader } from "../resource/reader";
import { groupInType, kindInType, kindName } from "./object";

/**
 * Reports an object whose own kind is not the one of its type token, or of which neither has a kind.
 *
 * The cluster gets the object, so its own kind decides what is read. Reviewers and the references of other resources go by the
 * token. So the stack is not proven: no rule is about it, and it is no violation by itself.
 */
export const createdKindReader: Reader = {
  name: "kinds of objects",
  types: [],
  matchesType: isObjectType,
  matches: (resource) => problemOf(resource) !== undefined,
  partial: true,
  *read(resource) {
    const found = problemOf(resource);
    if (found === undefined) return;
    const { property, problem } = found;
    const at = { urn: resource.urn, property };
    yield { kind: "unreadable", at, thing: resource.urn, reader: createdKindReader.name, problem };
  },
};

function problemOf(
  resource: Resource,
): { readonly property: string; readonly problem: string } | undefined {
  const { urn, type, inputs } = resource;
  const token = typedToken(tokenInUrn(urn));
  if (!namesKind(token)) {
    const problem = "its kind is not known before it is created";
    const open = ["kind", "apiVersion"].find((each) => read(inputs, each).kind === "unknown");
    return open === undefined ? undefined : { property: open, problem };
  }
  const declared = kindOf(token);
  const created = kindOf(type);
  if (declared === created) return undefined;
  const isMarked = ["apiVersion", "kind"].some((each) => read(inputs, each).kind === "secret");
  const shown = isMarked ? "an object of another kind" : `a \`${created}\``;
  const problem = `its type token is of kind \`${declared}\`, and the cluster creates ${shown}`;
  return { property: "kind", problem };
}

function kindOf(type: string): string {
  return kindName(groupInType(type), kindInType(type));
}
