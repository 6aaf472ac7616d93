import type { RbacRule } from "../../../facts/fact-values";
import { none } from "../../../domain/rbac/system-roles";

const reading = ["get", "list", "watch"];
const writing = ["create", "delete", "deletecollection", "patch", "update"];

function reads(apiGroup: string, ...resources: readonly string[]): RbacRule {
  return { ...none, verbs: reading, apiGroups: [apiGroup], resources };
}

function writes(apiGroup: string, ...resources: readonly string[]): RbacRule {
  return { ...none, verbs: writing, apiGroups: [apiGroup], resources };
}

const viewed: readonly RbacRule[] = [
  reads("apps", "controllerrevisions", "daemonsets", "daemonsets/status", "deployments"),
  reads("apps", "deployments/scale", "deployments/status", "replicasets", "replicasets/scale"),
  reads("apps", "replicasets/status", "statefulsets", "statefulsets/scale", "statefulsets/status"),
  reads("autoscaling", "horizontalpodautoscalers", "horizontalpodautoscalers/status"),
  reads("batch", "cronjobs", "cronjobs/status", "jobs", "jobs/status"),
  reads("discovery.k8s.io", "endpointslices"),
  reads("networking.k8s.io", "ingresses", "ingresses/status", "networkpolicies"),
  reads("policy", "poddisruptionbudgets", "poddisruptionbudgets/status"),
  reads("", "configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status"),
  reads("", "pods", "pods/log", "pods/status", "serviceaccounts", "services", "services/status"),
  reads("", "replicationcontrollers", "replicationcontrollers/scale"),
  reads("", "replicationcontrollers/status", "bindings", "events", "limitranges"),
  reads("", "namespaces", "namespaces/status", "resourcequotas", "resourcequotas/status"),
];

const edited: readonly RbacRule[] = [
  ...viewed,
  writes("apps", "daemonsets", "deployments", "deployments/rollback", "deployments/scale"),
  writes("apps", "replicasets", "replicasets/scale", "statefulsets", "statefulsets/scale"),
  writes("autoscaling", "horizontalpodautoscalers"),
  writes("batch", "cronjobs", "jobs"),
  writes("networking.k8s.io", "ingresses", "networkpolicies"),
  writes("policy", "poddisruptionbudgets"),
  reads("", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets"),
  reads("", "services/proxy"),
  writes("", "pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"),
  writes("", "configmaps", "events", "persistentvolumeclaims", "secrets", "serviceaccounts"),
  writes("", "replicationcontrollers", "replicationcontrollers/scale", "services"),
  writes("", "services/proxy"),
  { ...none, verbs: ["impersonate"], apiGroups: [""], resources: ["serviceaccounts"] },
];

const rights = "rbac.authorization.k8s.io";

/**
 * What the access policies of Amazon EKS allow that are for others than its own parts.
 *
 * Source: EKS user guide, "Review access policy permissions", as of November 2025. Its rules for the group `extensions`,
 * which no supported version of Kubernetes serves, are left out.
 */
const known: Readonly<Record<string, readonly RbacRule[]>> = {
  AmazonEKSClusterAdminPolicy: [
    { ...none, verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
    { ...none, verbs: ["*"], nonResourceURLs: ["*"] },
  ],
  AmazonEKSAdminPolicy: [
    ...edited,
    reads(rights, "rolebindings", "roles"),
    writes(rights, "rolebindings", "roles"),
    {
      ...none,
      verbs: ["create"],
      apiGroups: ["authorization.k8s.io"],
      resources: ["localsubjectaccessreviews"],
    },
  ],
  AmazonEKSEditPolicy: edited,
  AmazonEKSViewPolicy: viewed,
  AmazonEKSAdminViewPolicy: [{ ...none, verbs: reading, apiGroups: ["*"], resources: ["*"] }],
  AmazonEKSSecretReaderPolicy: [reads("", "secrets")],
};

/**
 * The access policies of what Amazon EKS itself runs: nodes and the cluster's own role under Auto Mode, hybrid nodes, insights.
 *
 * Source: as above; their rights are documented there in prose, and EKS makes their entries itself.
 */
const ofItsParts =
  /^AmazonEKS(?:AutoNode|BlockStorage|BlockStorageCluster|LoadBalancing|LoadBalancingCluster|Networking|NetworkingCluster|Compute|ComputeCluster|Hybrid|ClusterInsights)Policy$/;

/** The name of an access policy in its ARN: `arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`. */
export function accessPolicyIn(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** What an access policy allows; undefined where that is not known. */
export function rulesOfAccessPolicy(policy: string): readonly RbacRule[] | undefined {
  return Object.hasOwn(known, policy) ? known[policy] : undefined;
}

/** Whether an access policy is that of a part of Amazon EKS, which is no workload. */
export function isOfItsParts(policy: string): boolean {
  return ofItsParts.test(policy);
}
