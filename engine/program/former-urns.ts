import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import { nameInUrn, tokenInUrn } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import { ROOT_STACK_TYPE, formUrn, qualifiedTypeInUrn } from "./urn";

/** Where a resource is registered. */
interface Place {
  readonly stack: string;
  readonly project: string;
  /** Empty where it has none. */
  readonly parent: Urn;
  readonly type: string;
  readonly name: string;
}

/**
 * URNs under which a stack may have a resource so far: those of its aliases, and those that follow from the old location of its
 * parent.
 *
 * @param formerOf where the stack had a resource of the program, if it was found in another place
 *
 * Source: Pulumi's engine, `generateAliases`.
 */
export function formerUrns(
  place: Place,
  aliases: readonly Alias[],
  formerOf: (urn: Urn) => Urn | undefined,
): readonly Urn[] {
  const own = aliases.map((alias) => urnOf(place, alias, formerOf));
  const formerParent = formerOf(place.parent);
  if (formerParent === undefined) return own;
  const here = formUrn(place);
  return [...own, ...[here, ...own].map((urn) => underFormer(place, urn, formerParent))];
}

function urnOf(
  { stack, project, parent, type, name }: Place,
  alias: Alias,
  formerOf: (urn: Urn) => Urn | undefined,
): Urn {
  const spec = alias.getSpec();
  if (spec === undefined) return alias.getUrn();
  const given = spec.getParenturn();
  const above = given === "" ? parent : (formerOf(given) ?? given);
  const isAtTop = spec.getNoparent() || qualifiedTypeInUrn(above) === ROOT_STACK_TYPE;
  return formUrn({
    stack: spec.getStack() || stack,
    project: spec.getProject() || project,
    parent: isAtTop ? "" : above,
    type: spec.getType() || type,
    name: spec.getName() || name,
  });
}

/** The location of a child while its parent was in another one; a name that starts as its parent's did so there too. */
function underFormer({ stack, project, parent }: Place, urn: Urn, formerParent: Urn): Urn {
  const name = nameInUrn(urn);
  const own = nameInUrn(parent);
  const former = name.startsWith(own) ? nameInUrn(formerParent) + name.slice(own.length) : name;
  return formUrn({ stack, project, parent: formerParent, type: tokenInUrn(urn), name: former });
}
