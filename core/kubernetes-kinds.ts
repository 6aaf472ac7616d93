/** The resources of an API group, by whether they are in namespaces. */
interface Kinds {
  readonly clusterWide: readonly string[];
  readonly namespaced: readonly string[];
}

const reviews = [
  "selfsubjectaccessreviews",
  "selfsubjectreviews",
  "selfsubjectrulesreviews",
  "subjectaccessreviews",
  "tokenreviews",
];

/**
 * Resources of Kubernetes itself, by their API group.
 *
 * Source: what `kubectl api-resources --namespaced=false` and `--namespaced=true` list (kubernetes.io, API reference, v1.34),
 * those of alpha and of older versions that roles still name, and the names that only impersonation uses.
 */
export const builtInKinds: Readonly<Record<string, Kinds>> = {
  "": {
    clusterWide: [
      "componentstatuses",
      "namespaces",
      "nodes",
      "persistentvolumes",
      "users",
      "groups",
    ],
    namespaced: [
      "bindings",
      "configmaps",
      "endpoints",
      "events",
      "limitranges",
      "persistentvolumeclaims",
      "pods",
      "podtemplates",
      "replicationcontrollers",
      "resourcequotas",
      "secrets",
      "serviceaccounts",
      "services",
    ],
  },
  "admissionregistration.k8s.io": {
    clusterWide: [
      "mutatingadmissionpolicies",
      "mutatingadmissionpolicybindings",
      "mutatingwebhookconfigurations",
      "validatingadmissionpolicies",
      "validatingadmissionpolicybindings",
      "validatingwebhookconfigurations",
    ],
    namespaced: [],
  },
  "apiextensions.k8s.io": { clusterWide: ["customresourcedefinitions"], namespaced: [] },
  "apiregistration.k8s.io": { clusterWide: ["apiservices"], namespaced: [] },
  apps: {
    clusterWide: [],
    namespaced: ["controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"],
  },
  "authentication.k8s.io": {
    clusterWide: ["groups", "nodes", "uids", "userextras", "users", ...reviews],
    namespaced: ["serviceaccounts"],
  },
  // Roles name this group and the one above in one rule.
  "authorization.k8s.io": { clusterWide: reviews, namespaced: ["localsubjectaccessreviews"] },
  autoscaling: { clusterWide: [], namespaced: ["horizontalpodautoscalers"] },
  batch: { clusterWide: [], namespaced: ["cronjobs", "jobs"] },
  "certificates.k8s.io": {
    clusterWide: ["certificatesigningrequests", "clustertrustbundles", "signers"],
    namespaced: ["podcertificaterequests"],
  },
  "coordination.k8s.io": { clusterWide: [], namespaced: ["leasecandidates", "leases"] },
  "discovery.k8s.io": { clusterWide: [], namespaced: ["endpointslices"] },
  "events.k8s.io": { clusterWide: [], namespaced: ["events"] },
  extensions: {
    clusterWide: ["podsecuritypolicies"],
    namespaced: ["daemonsets", "deployments", "ingresses", "networkpolicies", "replicasets"],
  },
  "flowcontrol.apiserver.k8s.io": {
    clusterWide: ["flowschemas", "prioritylevelconfigurations"],
    namespaced: [],
  },
  "internal.apiserver.k8s.io": { clusterWide: ["storageversions"], namespaced: [] },
  "metrics.k8s.io": { clusterWide: ["nodes"], namespaced: ["pods"] },
  "networking.k8s.io": {
    clusterWide: ["ingressclasses", "ipaddresses", "servicecidrs"],
    namespaced: ["ingresses", "networkpolicies"],
  },
  "node.k8s.io": { clusterWide: ["runtimeclasses"], namespaced: [] },
  policy: { clusterWide: ["podsecuritypolicies"], namespaced: ["poddisruptionbudgets"] },
  "rbac.authorization.k8s.io": {
    clusterWide: ["clusterroles", "clusterrolebindings"],
    namespaced: ["roles", "rolebindings"],
  },
  "resource.k8s.io": {
    clusterWide: ["deviceclasses", "devicetaintrules", "resourceslices"],
    namespaced: ["resourceclaims", "resourceclaimtemplates"],
  },
  "scheduling.k8s.io": { clusterWide: ["priorityclasses"], namespaced: [] },
  "storage.k8s.io": {
    clusterWide: [
      "csidrivers",
      "csinodes",
      "storageclasses",
      "volumeattachments",
      "volumeattributesclasses",
    ],
    namespaced: ["csistoragecapacities"],
  },
  "storagemigration.k8s.io": { clusterWide: ["storageversionmigrations"], namespaced: [] },
};

/**
 * Whether a group of Kubernetes itself has a resource that is in namespaces; what only another group has is none of it. Undefined
 * for a group that Kubernetes itself does not have.
 */
export function isInNamespaces(group: string, resource: string): boolean | undefined {
  const known = Object.hasOwn(builtInKinds, group) ? builtInKinds[group] : undefined;
  if (known === undefined) return undefined;
  const { clusterWide, namespaced } = known;
  if (namespaced.length === 0 || clusterWide.includes(resource)) return false;
  return namespaced.includes(resource) || !builtInNames.has(resource);
}

/** Names of resources that some group of Kubernetes itself has. */
export const builtInNames: ReadonlySet<string> = new Set(
  Object.values(builtInKinds).flatMap(({ clusterWide, namespaced }) => [
    ...clusterWide,
    ...namespaced,
  ]),
);

/** Those of them that are in namespaces in some group. */
export const namespacedNames: ReadonlySet<string> = new Set(
  Object.values(builtInKinds).flatMap(({ namespaced }) => namespaced),
);
