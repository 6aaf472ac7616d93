import type { RbacRule } from "../../facts/fact-values";
import { builtInNames, isInNamespaces, namespacedNames } from "../../../core/kubernetes-kinds";
import { fromBoolean, no, or, unknown, yes, type Three } from "../../../core/three-valued";
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
  const isBuiltIn = isInNamespaces(group, plain);
  if (isBuiltIn !== undefined) return fromBoolean(isBuiltIn);
  if (group === "*") {
    // Only a custom resource may be called like what Kubernetes has in no namespace and be in one.
    if (!builtInNames.has(plain) || namespacedNames.has(plain)) return yes;
    return custom === undefined ? no : custom(group, plain);
  }
  if (custom !== undefined) return custom(group, plain);
  return unknown(`it is not known whether \`${resource}\` of \`${group}\` are in namespaces`);
}
