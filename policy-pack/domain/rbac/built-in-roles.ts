import type { FactBodies } from "../../facts/fact";
import type { RbacRule } from "../../facts/fact-values";
import { none, systemRoles } from "./system-roles";

const reading = ["get", "list", "watch"];
const writing = ["create", "delete", "deletecollection", "patch", "update"];

const viewed: readonly RbacRule[] = [
  {
    ...none,
    verbs: reading,
    apiGroups: [""],
    resources: [
      "configmaps",
      "endpoints",
      "persistentvolumeclaims",
      "pods",
      "pods/log",
      "pods/status",
      "replicationcontrollers",
      "serviceaccounts",
      "services",
      "events",
      "namespaces",
    ],
  },
  {
    ...none,
    verbs: reading,
    apiGroups: ["apps", "batch", "autoscaling", "networking.k8s.io", "policy"],
    resources: [
      "daemonsets",
      "deployments",
      "replicasets",
      "statefulsets",
      "cronjobs",
      "jobs",
      "horizontalpodautoscalers",
      "ingresses",
      "networkpolicies",
      "poddisruptionbudgets",
    ],
  },
];

const edited: readonly RbacRule[] = [
  ...viewed,
  {
    ...none,
    verbs: reading,
    apiGroups: [""],
    resources: [
      "pods/attach",
      "pods/exec",
      "pods/portforward",
      "pods/proxy",
      "secrets",
      "services/proxy",
    ],
  },
  { ...none, verbs: ["impersonate"], apiGroups: [""], resources: ["serviceaccounts"] },
  {
    ...none,
    verbs: writing,
    apiGroups: [""],
    resources: [
      "pods",
      "pods/attach",
      "pods/exec",
      "pods/portforward",
      "pods/proxy",
      "configmaps",
      "persistentvolumeclaims",
      "replicationcontrollers",
      "secrets",
      "serviceaccounts",
      "services",
      "services/proxy",
    ],
  },
  { ...none, verbs: ["create"], apiGroups: [""], resources: ["serviceaccounts/token"] },
  {
    ...none,
    verbs: writing,
    apiGroups: ["apps", "batch", "autoscaling", "networking.k8s.io", "policy"],
    resources: [
      "daemonsets",
      "deployments",
      "replicasets",
      "statefulsets",
      "cronjobs",
      "jobs",
      "horizontalpodautoscalers",
      "ingresses",
      "networkpolicies",
      "poddisruptionbudgets",
    ],
  },
];

const managed: readonly RbacRule[] = [
  ...edited,
  {
    ...none,
    verbs: [...reading, ...writing],
    apiGroups: ["rbac.authorization.k8s.io"],
    resources: ["roles", "rolebindings"],
  },
  {
    ...none,
    verbs: ["create"],
    apiGroups: ["authorization.k8s.io"],
    resources: ["localsubjectaccessreviews"],
  },
];

/**
 * The rules of the ClusterRoles that every cluster has, as far as people and workloads get them.
 *
 * Source: kubernetes.io/docs/reference/access-authn-authz/rbac, user-facing roles, and the bootstrap policy of the API server.
 * Aggregated rules of add-ons are not in it.
 */
const builtIn: Readonly<Record<string, readonly RbacRule[]>> = {
  "cluster-admin": [
    { ...none, verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
    { ...none, verbs: ["*"], nonResourceURLs: ["*"] },
  ],
  admin: managed,
  edit: edited,
  view: viewed,
  ...systemRoles,
  "system:aggregate-to-view": viewed,
  "system:aggregate-to-edit": edited,
  "system:aggregate-to-admin": managed,
};

const aggregateTo = "rbac.authorization.k8s.io/aggregate-to-";

/** By which labels these roles take in the rules of others: `admin` takes in what `edit` does, and that what `view` does. */
const aggregating: Readonly<Record<string, readonly string[]>> = {
  view: ["view"],
  edit: ["edit", "view"],
  admin: ["admin", "edit", "view"],
};

type BuiltIn = Omit<FactBodies["rbac-role"], "role">;

const known: ReadonlyMap<string, BuiltIn> = new Map(
  Object.entries(builtIn).map(([name, rules]) => [name, { rules, ...aggregationOf(name) }]),
);

/** What a ClusterRole that every cluster has allows, or undefined for other names. */
export function builtInRole(name: string): BuiltIn | undefined {
  return known.get(name);
}

function aggregationOf(name: string): Omit<BuiltIn, "rules"> {
  if (!Object.hasOwn(aggregating, name)) return {};
  const aggregates = (aggregating[name] ?? []).map((into) => ({
    matchLabels: { [aggregateTo + into]: "true" },
    matchExpressions: [],
  }));
  return { aggregates };
}

/** What a Role that every cluster has in `kube-system` allows, or undefined for other names. */
export function builtInSystemRole(namespace: string, name: string): BuiltIn | undefined {
  if (namespace !== "kube-system" || name !== "extension-apiserver-authentication-reader") {
    return undefined;
  }
  return authenticationReader;
}

const authenticationReader: BuiltIn = {
  rules: [
    {
      ...none,
      verbs: reading,
      apiGroups: [""],
      resources: ["configmaps"],
      resourceNames: ["extension-apiserver-authentication"],
    },
  ],
};
