import type { RbacRule } from "../../facts/fact-values";

/** A rule of more rights counts as one: such rules are not written by hand. */
const mostRights = 500;

/** The single rights that a rule of RBAC gives, so that subsets can be computed. */
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

/** What the wildcards of a rule of RBAC allow, as people read it: `every verb on every resource`. */
export function rightsText(rule: RbacRule, carriesAuthority: boolean): string {
  return `${rule.verbs.includes("*") ? "every verb on" : "access to"} ${onWhat(rule, carriesAuthority)}`;
}

function onWhat(rule: RbacRule, carriesAuthority: boolean): string {
  const { apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  if (resources.length === 0) {
    return nonResourceURLs.includes("*")
      ? "every path of the API server"
      : "a path of the API server";
  }
  const anyGroup = apiGroups.includes("*");
  const named = resourceNames.length > 0 ? "named objects of " : "";
  if (resources.includes("*")) {
    return `${named}every resource${anyGroup ? "" : " of an API group"}`;
  }
  if (anyGroup) return `${named}a resource of every API group`;
  if (resourceNames.length > 0) return "named objects";
  return carriesAuthority ? "a sensitive resource" : "a resource that is not sensitive";
}
