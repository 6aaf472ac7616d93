import type { RbacRule } from "../../graph/fact-values";
import { no, or, unknown, yes, type Three } from "../../three-valued";
import type { CustomScope } from "./custom-resources";

/**
 * Resources of Kubernetes itself that are in no namespace, by their API group; `*` for a group that has no others.
 *
 * Source: kubernetes.io, API reference, v1.34; what `kubectl api-resources --namespaced=false` lists, and the names
 * that only impersonation knows.
 */
const clusterWide: Readonly<Record<string, readonly string[]>> = {
  "": ["componentstatuses", "namespaces", "nodes", "persistentvolumes", "users", "groups"],
  "admissionregistration.k8s.io": ["*"],
  "apiextensions.k8s.io": ["*"],
  "apiregistration.k8s.io": ["*"],
  apps: [],
  "authentication.k8s.io": [
    "groups",
    "nodes",
    "selfsubjectaccessreviews",
    "selfsubjectreviews",
    "selfsubjectrulesreviews",
    "subjectaccessreviews",
    "tokenreviews",
    "uids",
    "userextras",
    "users",
  ],
  // Roles name this group and the one above in one rule.
  "authorization.k8s.io": [
    "selfsubjectaccessreviews",
    "selfsubjectreviews",
    "selfsubjectrulesreviews",
    "subjectaccessreviews",
    "tokenreviews",
  ],
  autoscaling: [],
  batch: [],
  "certificates.k8s.io": ["certificatesigningrequests", "clustertrustbundles", "signers"],
  "coordination.k8s.io": [],
  "discovery.k8s.io": [],
  "events.k8s.io": [],
  extensions: ["podsecuritypolicies"],
  "flowcontrol.apiserver.k8s.io": ["*"],
  "internal.apiserver.k8s.io": ["*"],
  "metrics.k8s.io": ["nodes"],
  "networking.k8s.io": ["ingressclasses", "ipaddresses", "servicecidrs"],
  "node.k8s.io": ["*"],
  policy: ["podsecuritypolicies"],
  "rbac.authorization.k8s.io": ["clusterroles", "clusterrolebindings"],
  "resource.k8s.io": ["deviceclasses", "resourceslices"],
  "scheduling.k8s.io": ["*"],
  "storage.k8s.io": [
    "csidrivers",
    "csinodes",
    "storageclasses",
    "volumeattachments",
    "volumeattributesclasses",
  ],
  "storagemigration.k8s.io": ["*"],
};

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
  if (group === "*") return yes;
  const known = Object.hasOwn(clusterWide, group) ? clusterWide[group] : undefined;
  const [plain = ""] = resource.split("/");
  if (known === undefined) {
    if (custom !== undefined) return custom(group, plain);
    return unknown(`it is not known whether \`${resource}\` of \`${group}\` are in namespaces`);
  }
  return known.includes("*") || known.includes(plain) ? no : yes;
}
