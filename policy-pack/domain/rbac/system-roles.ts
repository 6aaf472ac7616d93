import type { RbacRule } from "../../facts/fact-values";

/** A rule that allows nothing yet. */
export const none: RbacRule = {
  verbs: [],
  apiGroups: [],
  resources: [],
  resourceNames: [],
  nonResourceURLs: [],
};

/** A rule by its lists, each of words separated by spaces; `core` is the group without a name. */
function rule(groups: string, resources: string, verbs: string, names = ""): RbacRule {
  const words = (text: string): readonly string[] => (text === "" ? [] : text.split(" "));
  return {
    ...none,
    apiGroups: words(groups).map((group) => (group === "core" ? "" : group)),
    resources: words(resources),
    verbs: words(verbs),
    resourceNames: words(names),
  };
}

function paths(...nonResourceURLs: readonly string[]): RbacRule {
  return { ...none, verbs: ["get"], nonResourceURLs };
}

const read = "get list watch";
const health = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const events = rule("core events.k8s.io", "events", "create patch update");
const leases = rule("coordination.k8s.io", "leases", "create get update");
const reviews = rule(
  "authentication.k8s.io authorization.k8s.io",
  "tokenreviews subjectaccessreviews",
  "create",
);

/** A role by which certificates for one signer of Kubernetes are approved. */
function approver(signer: string): readonly RbacRule[] {
  return [rule("certificates.k8s.io", "signers", "approve", `kubernetes.io/${signer}`)];
}

/**
 * The rules of the system's own ClusterRoles, as far as workloads get them.
 *
 * Source: kubernetes.io/docs/reference/access-authn-authz/rbac, default roles, and the bootstrap policy of the API server;
 * those of the controllers that it runs itself are left out.
 */
export const systemRoles: Readonly<Record<string, readonly RbacRule[]>> = {
  "system:auth-delegator": [reviews],
  "system:basic-user": [
    rule(
      "authorization.k8s.io authentication.k8s.io",
      "selfsubjectaccessreviews selfsubjectrulesreviews selfsubjectreviews",
      "create",
    ),
  ],
  "system:certificates.k8s.io:certificatesigningrequests:nodeclient": [
    rule("certificates.k8s.io", "certificatesigningrequests/nodeclient", "create"),
  ],
  "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient": [
    rule("certificates.k8s.io", "certificatesigningrequests/selfnodeclient", "create"),
  ],
  "system:certificates.k8s.io:kube-apiserver-client-approver": approver("kube-apiserver-client"),
  "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver": approver(
    "kube-apiserver-client-kubelet",
  ),
  "system:certificates.k8s.io:kubelet-serving-approver": approver("kubelet-serving"),
  "system:discovery": [
    paths("/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", ...health),
  ],
  "system:heapster": [
    rule("core", "events namespaces nodes pods", read),
    rule("extensions", "deployments", read),
  ],
  "system:kube-aggregator": [rule("core", "endpoints services", read)],
  "system:kube-controller-manager": [
    rule("*", "*", "list watch"),
    rule("core", "secrets serviceaccounts", "create get update delete"),
    rule("core", "serviceaccounts/token", "create"),
    reviews,
    leases,
    events,
  ],
  "system:kube-dns": [rule("core", "endpoints services", "list watch")],
  "system:kube-scheduler": [
    rule("core", "nodes persistentvolumes persistentvolumeclaims services", read),
    rule("core", "pods", "get list watch delete"),
    rule("core", "bindings pods/binding", "create"),
    rule("core", "pods/status", "patch update"),
    rule("apps", "replicasets statefulsets", read),
    rule("policy", "poddisruptionbudgets", read),
    rule("storage.k8s.io", "csinodes csidrivers csistoragecapacities storageclasses", read),
    reviews,
    leases,
    events,
  ],
  "system:kubelet-api-admin": [
    rule("core", "nodes", `${read} proxy`),
    rule("core", "nodes/log nodes/metrics nodes/proxy nodes/stats", "*"),
  ],
  "system:monitoring": [paths("/metrics", "/metrics/*", ...health)],
  "system:node": [
    rule("core", "secrets configmaps", read),
    rule("core", "serviceaccounts/token", "create"),
    rule("core", "pods", `${read} create delete`),
    rule("core", "pods/status nodes/status", "patch update"),
    rule("core", "pods/eviction", "create"),
    rule("core", "nodes", `${read} create patch update`),
    rule("core", "services persistentvolumes persistentvolumeclaims", read),
    rule("certificates.k8s.io", "certificatesigningrequests", `${read} create`),
    events,
  ],
  "system:node-bootstrapper": [
    rule("certificates.k8s.io", "certificatesigningrequests", `${read} create`),
  ],
  "system:node-problem-detector": [
    rule("core", "nodes", "get"),
    rule("core", "nodes/status", "patch"),
    events,
  ],
  "system:node-proxier": [
    rule("core", "services nodes", "list watch"),
    rule("discovery.k8s.io", "endpointslices", "list watch"),
    events,
  ],
  "system:persistent-volume-provisioner": [
    rule("core", "persistentvolumes", `${read} create delete`),
    rule("core", "persistentvolumeclaims", `${read} update`),
    rule("storage.k8s.io", "storageclasses", read),
    events,
  ],
  "system:public-info-viewer": [paths(...health)],
  "system:service-account-issuer-discovery": [
    paths(
      "/.well-known/openid-configuration",
      "/.well-known/openid-configuration/",
      "/openid/v1/jwks",
      "/openid/v1/jwks/",
    ),
  ],
  "system:volume-scheduler": [
    rule("core", "persistentvolumes persistentvolumeclaims", `${read} patch update`),
    rule("storage.k8s.io", "storageclasses", read),
  ],
};
