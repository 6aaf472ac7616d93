import type { Resource } from "../../../core/snapshot/resource";
import type { Fact } from "../../facts/fact";
import nothing from "./carries-nothing.json";
import { hasIdentityField, namesRole } from "./identity-fields";
import data from "./not-read.json";

const identity = typesIn(data.carriesIdentity);
const none = typesIn(data.carriesNone);
const otherNone = typesIn(Object.keys(nothing.types));

/** The packages whose identities are judged. */
const judged = /^(?:aws|aws-native|kubernetes):/;

/** Whether a type that no reader reads carries identity, whatever its inputs are. */
export function carriesIdentity(type: string): boolean {
  return identity(type) && !none(type);
}

/**
 * Whether a resource that no reader reads as a whole may carry an identity, so that a report has to name it.
 *
 * One of AWS or Kubernetes does if an input is a field of an identity. One of another package does, unless its type is known to
 * carry none. What a component makes is judged on its own.
 */
export function mayCarryIdentity({ type, custom, inputs }: Resource): boolean {
  if (none(type)) return false;
  if (identity(type)) return true;
  if (!custom) return false;
  return judged.test(type) ? hasIdentityField(inputs) : !otherNone(type);
}

/** Types whose roles run nothing of a program's: the service assumes them for what it does itself. */
const ownRoles = new Set(Object.keys(data.rolesOfServices));

/** Whether a resource of AWS names a role in an input that no fact is about: what runs as it is not read. */
export function hasUnreadRole({ type, inputs }: Resource, facts: readonly Fact[]): boolean {
  // Those of IAM say what a role may do, or who, and run nothing.
  if (!/^aws:(?!iam\/)/.test(type) || ownRoles.has(type)) return false;
  return Object.entries(inputs).some(
    ([name, value]) =>
      namesRole(name) &&
      hasIdentityField({ [name]: value }) &&
      !facts.some(({ at }) => at.property === name || at.property.startsWith(`${name}[`)),
  );
}

/** A test of whether a type is one of some, of which a prefix ends with `*`. */
function typesIn(types: readonly string[]): (type: string) => boolean {
  const exact = new Set(types.filter((type) => !type.endsWith("*")));
  const prefixes = types.filter((type) => type.endsWith("*")).map((type) => type.slice(0, -1));
  return (type) => exact.has(type) || prefixes.some((prefix) => type.startsWith(prefix));
}
