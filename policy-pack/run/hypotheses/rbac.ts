import type { OpenPlace } from "./open-place";
import { accountNames, accountNamespaces } from "./objects";
import { textsIn } from "../../../core/snapshot/texts";
import type { StackView } from "./stack-view";
import type { PossibleValue, Hypothesis } from "./hypothesis";
import { text } from "./values";

/** Possible values of unknown properties of bindings, roles and custom resource definitions. */
export const ofRbac: readonly Hypothesis[] = [
  {
    types: /:(Cluster)?RoleBinding$/,
    path: ["subjects", "[]", "name"],
    atLeast: 3,
    values: accountNames,
  },
  {
    types: /:(Cluster)?RoleBinding$/,
    path: ["subjects", "[]", "namespace"],
    atLeast: 3,
    values: accountNamespaces,
  },
  {
    types: /:(Cluster)?Role$/,
    path: ["rules", "[]", "resourceNames", "[]"],
    atLeast: 3,
    values: accountNames,
  },
  { types: /:CustomResourceDefinition$/, path: ["spec"], values: definitions },
  { types: /:CustomResourceDefinition$/, path: ["spec", "group"], atLeast: 2, values: groups },
  {
    types: /:CustomResourceDefinition$/,
    path: ["spec", "names", "plural"],
    atLeast: 2,
    values: plurals,
  },
];

/** What rules of RBAC name of groups of the API, or of kinds of resources. */
function ruled(property: "apiGroups" | "resources", stack: StackView): readonly string[] {
  const found = stack
    .ofTypes(/^kubernetes:rbac\.authorization\.k8s\.io\/.*:(Cluster)?Role$/)
    .flatMap(({ inputs }) => {
      const rules = inputs["rules"];
      return Array.isArray(rules)
        ? rules.flatMap((rule: { readonly [key: string]: never }) => [...textsIn(rule[property])])
        : [];
    });
  return [...new Set(found)].sort();
}

/** Groups that a definition may be of: those with a dot, and `*` for whichever a rule on all of them takes in. */
function groups(_: OpenPlace, stack: StackView): readonly PossibleValue[] {
  return ruled("apiGroups", stack)
    .filter((group) => group === "*" || group.includes("."))
    .map((group) => (group === "*" ? { value: group, sentence: "any group" } : text(group)));
}

/** A rule may name a part of a resource, `nodes/metrics`, of which the definition names the whole. */
function plurals(_: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const named = ruled("resources", stack).map((resource) => resource.replace(/\/.*/s, ""));
  return [...new Set(named)].map(text);
}

function definitions(place: OpenPlace, stack: StackView): readonly PossibleValue[] {
  return groups(place, stack).flatMap((group) =>
    plurals(place, stack).map((plural) => ({
      value: { group: group.value, names: { plural: plural.value }, scope: "Namespaced" },
      sentence: `that of ${plural.sentence} of ${group.sentence}`,
    })),
  );
}
