import type { RbacReach, RbacRule } from "../../facts/fact-values";

/** A rule, and where a binding gives it. */
export interface Given {
  readonly rule: RbacRule;
  readonly where: RbacReach;
}

/** Whether a rule allows creating objects by names only, which takes `patch` by the same name of another rule. */
export function createsNamed({ verbs, resourceNames }: RbacRule): boolean {
  return resourceNames.length > 0 && verbs.includes("create") && !patches(verbs);
}

/** Whether a rule allows patching objects. */
export function mayPatch({ verbs, resources }: RbacRule): boolean {
  return patches(verbs) && resources.length > 0;
}

/**
 * What rules together allow to apply that no single one allows: one has `create` of a name and another `patch` of the same.
 *
 * Source: as of `opens`, applying an absent object takes both.
 *
 * @param where where the rules are granted
 * @param beside what other bindings give the same subject
 */
export function appliedBy(
  rules: readonly RbacRule[],
  where: RbacReach,
  beside: readonly Given[],
): readonly RbacRule[] {
  const creating = rules.filter(createsNamed);
  if (creating.length === 0) return [];
  const patching = [
    ...rules.filter(mayPatch),
    ...beside.flatMap((given) => grantedIn(where, given) ?? []),
  ];
  return creating.flatMap((rule) => patching.flatMap((other) => both(rule, other) ?? []));
}

function patches(verbs: RbacRule["verbs"]): boolean {
  return verbs.includes("patch") || verbs.includes("*");
}

/** A rule as it is granted in a place; undefined where it is granted only in another. */
function grantedIn(place: RbacReach, { rule, where }: Given): RbacRule | undefined {
  if (where.kind === "cluster") return rule;
  if (where.kind === "namespace" && place.kind === "namespace") {
    return where.namespace === place.namespace ? rule : undefined;
  }
  const [open] = [where, place].filter((each) => each.kind === "unknown");
  if (open === undefined || (place.kind === "cluster" && open.mayBeCluster !== true)) {
    return undefined;
  }
  return { ...rule, dependsOn: [...(rule.dependsOn ?? []), ...open.dependsOn] };
}

/** What two rules give together of the same objects; undefined where they are about none. */
function both(creating: RbacRule, patching: RbacRule): RbacRule | undefined {
  const apiGroups = meetOf(creating.apiGroups, patching.apiGroups);
  const resources = meetOf(creating.resources, patching.resources);
  const { resourceNames } = patching;
  const names =
    resourceNames.length === 0 || patching.dependsOn !== undefined
      ? creating.resourceNames
      : creating.resourceNames.filter((name) => resourceNames.includes(name));
  if (apiGroups.length === 0 || resources.length === 0 || names.length === 0) return undefined;
  const dependsOn = [...(creating.dependsOn ?? []), ...(patching.dependsOn ?? [])];
  const isKnown = creating.dependsOn === undefined && patching.dependsOn === undefined;
  return {
    verbs: ["create", "patch"],
    apiGroups,
    resources,
    resourceNames: names,
    nonResourceURLs: [],
    ...(!isKnown && { dependsOn }),
  };
}

/** The words common to two lists, of which `*` is all. */
function meetOf(left: readonly string[], right: readonly string[]): readonly string[] {
  if (left.includes("*")) return right;
  if (right.includes("*")) return left;
  return left.filter((word) => right.includes(word));
}
