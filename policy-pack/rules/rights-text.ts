import type { RbacRule } from "../../core/graph/fact-values";

/** What the wildcards of a rule of RBAC give, as people read it: `all rights over every resource there is`. */
export function rightsText(rule: RbacRule, carriesAuthority: boolean): string {
  return `${rule.verbs.includes("*") ? "all rights" : "rights"} over ${overWhat(rule, carriesAuthority)}`;
}

function overWhat(rule: RbacRule, carriesAuthority: boolean): string {
  const { apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  if (resources.length === 0) {
    return nonResourceURLs.includes("*")
      ? "every path of the API server"
      : "a path of the API server";
  }
  const anyGroup = apiGroups.includes("*");
  const anyResource = resources.includes("*");
  const of = resourceNames.length > 0 ? "what it names, of " : "";
  if (anyResource) return `${of}every resource ${anyGroup ? "there is" : "of an API group"}`;
  if (anyGroup) return `${of}resources of whatever API group`;
  if (resourceNames.length > 0) return "what it names";
  return carriesAuthority ? "what carries authority" : "a resource that carries no authority";
}
