import type { RbacRule } from "../../graph/fact-values";
import { fromBoolean, no, or, unknown, yes, type Three } from "../../three-valued";
import { builtInKinds, builtInNames, namespacedNames, type Kinds } from "./built-in-kinds";
import type { CustomScope } from "./custom-resources";

/** Whether a rule of a role gives rights over what is in namespaces. */
export function isNamespaced(rule: RbacRule, custom?: CustomScope): Three {
  if (rule.verbs.length === 0) return no;
  return or(
    rule.apiGroups.flatMap((group) =>
      rule.resources.map((resource) => inNamespace(group, resource, custom)),
    ),
  );
}

function inNamespace(group: string, resource: string, custom: CustomScope | undefined): Three {
  const [plain = ""] = resource.split("/");
  const known = Object.hasOwn(builtInKinds, group) ? builtInKinds[group] : undefined;
  if (known !== undefined) return fromBoolean(isKindIn(known, plain));
  if (group === "*") {
    // Only a custom resource may be called like what Kubernetes has in no namespace and be in one.
    if (!builtInNames.has(plain) || namespacedNames.has(plain)) return yes;
    return custom === undefined ? no : custom(group, plain);
  }
  if (custom !== undefined) return custom(group, plain);
  return unknown(`it is not known whether \`${resource}\` of \`${group}\` are in namespaces`);
}

/** Whether a group of Kubernetes itself has a resource that is in namespaces; what only another group has is none of it. */
function isKindIn({ clusterWide, namespaced }: Kinds, resource: string): boolean {
  if (namespaced.length === 0 || clusterWide.includes(resource)) return false;
  return namespaced.includes(resource) || !builtInNames.has(resource);
}
