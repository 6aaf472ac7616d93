import type { RbacRule } from "../../../core/graph/fact";

const none: RbacRule = {
  verbs: [],
  apiGroups: [],
  resources: [],
  resourceNames: [],
  nonResourceURLs: [],
};

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

/**
 * What the ClusterRoles that every cluster has allow, as far as they are given to people and workloads.
 *
 * Source: kubernetes.io/docs/reference/access-authn-authz/rbac, user-facing roles, and the bootstrap policy of the API
 * server. Aggregated rules of add-ons are not in it.
 */
const builtIn: Readonly<Record<string, readonly RbacRule[]>> = {
  "cluster-admin": [
    { ...none, verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
    { ...none, verbs: ["*"], nonResourceURLs: ["*"] },
  ],
  admin: [
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
  ],
  edit: edited,
  view: viewed,
  "system:auth-delegator": [
    {
      ...none,
      verbs: ["create"],
      apiGroups: ["authentication.k8s.io", "authorization.k8s.io"],
      resources: ["tokenreviews", "subjectaccessreviews"],
    },
  ],
  "system:discovery": [
    {
      ...none,
      verbs: ["get"],
      nonResourceURLs: [
        "/api",
        "/api/*",
        "/apis",
        "/apis/*",
        "/healthz",
        "/livez",
        "/openapi",
        "/openapi/*",
        "/readyz",
        "/version",
        "/version/",
      ],
    },
  ],
  "system:public-info-viewer": [
    {
      ...none,
      verbs: ["get"],
      nonResourceURLs: ["/healthz", "/livez", "/readyz", "/version", "/version/"],
    },
  ],
};

/** The rules of a ClusterRole that every cluster has, or undefined for other names. */
export function builtInRules(name: string): readonly RbacRule[] | undefined {
  return Object.hasOwn(builtIn, name) ? builtIn[name] : undefined;
}
