import type { RbacRule } from "../../facts/fact-values";
import { carriesAuthority } from "./resources";

/** How much a wildcard of a rule covers: everything, something that gives authority, or nothing of the kind. */
export type RuleBreadth = "everything" | "wildcard" | "harmless wildcard";

/** What a wildcard of an RBAC rule takes in; undefined where it has none. */
export function ruleBreadth(rule: RbacRule): RuleBreadth | undefined {
  if (rule.verbs.length === 0) return undefined;
  return onResources(rule) ?? onPaths(rule);
}

function onResources(rule: RbacRule): RuleBreadth | undefined {
  if (rule.resources.length === 0 || rule.apiGroups.length === 0) return undefined;
  const anyVerb = rule.verbs.includes("*");
  const anyGroup = rule.apiGroups.includes("*");
  const anyResource = rule.resources.includes("*");
  if (!anyVerb && !anyGroup && !anyResource) return undefined;
  if (rule.resourceNames.length > 0) return "harmless wildcard";
  if (anyVerb && anyGroup && anyResource) return "everything";
  if (anyGroup || anyResource) return "wildcard";
  return carriesAuthority(rule) ? "wildcard" : "harmless wildcard";
}

function onPaths(rule: RbacRule): RuleBreadth | undefined {
  if (rule.nonResourceURLs.length === 0) return undefined;
  const anyVerb = rule.verbs.includes("*");
  const anyPath = rule.nonResourceURLs.includes("*");
  if (anyVerb && anyPath) return "wildcard";
  return anyVerb || anyPath ? "harmless wildcard" : undefined;
}

/** A rule as people read it: `get,list secrets`. */
export function textOfRule(rule: RbacRule): string {
  const group = rule.apiGroups.every((each) => each === "")
    ? []
    : rule.apiGroups.map((each) => (each === "" ? "core" : each));
  const what = [...rule.resources, ...rule.nonResourceURLs];
  const names = rule.resourceNames.length === 0 ? "" : ` named ${short(rule.resourceNames)}`;
  const of = group.length === 0 ? "" : ` of ${short(group)}`;
  return `${short(rule.verbs)} ${short(what)}${of}${names}`;
}

function short(words: readonly string[]): string {
  return [...words.slice(0, 3), ...(words.length > 3 ? ["…"] : [])].join(",");
}
