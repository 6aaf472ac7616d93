import type { FactBodies } from "../../../facts/fact";
import type { RbacRule } from "../../../facts/fact-values";
import { entriesAt, listAt } from "../../../../core/snapshot/read";
import { Unknown, type Urn, type Value } from "../../../../core/snapshot/value";
import type { KubeObject } from "../object";
import { nameTextAt, textAt, dependenciesAt } from "../text";

/** The stand-in for an unknown rule: it may allow anything. */
const anyRights: RbacRule = {
  verbs: ["*"],
  apiGroups: ["*"],
  resources: ["*"],
  resourceNames: [],
  nonResourceURLs: [],
};

/** The rules of a role; where they are unknown in a preview, or the roles that it aggregates, one that may be anything. */
export function rulesOf(object: KubeObject): readonly RbacRule[] {
  const dependsOn = dependenciesAt(object.body, "rules");
  if (dependsOn !== undefined) return [{ ...anyRights, dependsOn }];
  const takesIn = dependenciesAt(object.body, "aggregationRule", "clusterRoleSelectors");
  return [
    ...listAt(object.body, "rules").map(ruleOf),
    ...(takesIn === undefined ? [] : [{ ...anyRights, dependsOn: takesIn }]),
  ];
}

/** A rule's words; an unknown one may be anything. */
function ruleOf(rule: Value): RbacRule {
  const whole = dependenciesAt(rule);
  if (whole !== undefined) return { ...anyRights, dependsOn: whole };
  const unknowns: (readonly Urn[])[] = [];
  const words = (property: string): readonly string[] => {
    const list = dependenciesAt(rule, property);
    const given = list === undefined ? listAt(rule, property) : [new Unknown(list)];
    return given.flatMap((word) => {
      const unknown = dependenciesAt(word);
      if (unknown === undefined) {
        return nameTextAt(word) ?? (textAt(word).kind === "text" ? [""] : []);
      }
      unknowns.push(unknown);
      return ["*"];
    });
  };
  const names = dependenciesAt(rule, "resourceNames");
  if (names !== undefined) unknowns.push(names);
  const known = {
    // An empty verb or resource matches no request.
    verbs: words("verbs").filter(isSome),
    apiGroups: words("apiGroups"),
    resources: words("resources").filter(isSome),
    // An unknown list may be empty, which means all there are.
    resourceNames: names === undefined ? words("resourceNames") : [],
    nonResourceURLs: words("nonResourceURLs"),
  };
  return unknowns.length === 0 ? known : { ...known, dependsOn: unknowns.flat() };
}

function isSome(word: string): boolean {
  return word !== "";
}

/** The labels of a ClusterRole, and whose rules it takes in by theirs. */
export function aggregationOf(
  object: KubeObject,
): Pick<FactBodies["rbac-role"], "labels" | "aggregates"> {
  const labels = textsAt(object.body, "metadata", "labels");
  const selectors = listAt(object.body, "aggregationRule", "clusterRoleSelectors");
  return {
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(selectors.length > 0 && {
      aggregates: selectors.map((selector) => ({
        matchLabels: textsAt(selector, "matchLabels"),
        matchExpressions: listAt(selector, "matchExpressions").map((each) => ({
          key: nameTextAt(each, "key") ?? "",
          operator: nameTextAt(each, "operator") ?? "",
          values: listAt(each, "values").flatMap((value) => nameTextAt(value) ?? []),
        })),
      })),
    }),
  };
}

function textsAt(value: Value | undefined, ...path: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entriesAt(value, ...path).flatMap(([key, each]) => {
      const text = textAt(each);
      return text.kind === "text" ? [[key, text.text]] : [];
    }),
  );
}
