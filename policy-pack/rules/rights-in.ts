import type { RbacRule } from "../../core/graph/fact-values";

/** A rule of more rights is taken as one: nobody writes them one by one. */
const mostRights = 500;

/** The single rights that a rule of RBAC gives, so that more of them can be told from fewer. */
export function rightsIn(rule: RbacRule): readonly string[] {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  const groups = resources.flatMap((resource) =>
    apiGroups.map((group) => (group === "" ? resource : `${resource} of ${group}`)),
  );
  const named =
    resourceNames.length === 0
      ? groups
      : groups.flatMap((what) => resourceNames.map((name) => `${what} named ${name}`));
  const objects = [...named, ...nonResourceURLs];
  if (objects.length * verbs.length > mostRights) {
    return [`${[...verbs].sort().join(",")} ${[...objects].sort().join(",")}`];
  }
  return verbs.flatMap((verb) => objects.map((object) => `${verb} ${object}`));
}
