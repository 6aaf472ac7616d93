/** A right of a rule that no workload is given, and why, with what to do instead. */
export interface RefusedRight {
  readonly verb: string;
  readonly resource: string;
  readonly because: string;
}

/** Rights that no workload is given. */
interface Refusal {
  readonly group: string;
  /** Resources of the group; all where left out. */
  readonly resources?: readonly string[];
  /** Verbs; all where left out. */
  readonly verbs?: readonly string[];
  /** Whether naming the objects one by one makes it acceptable. */
  readonly unlessNamed?: true;
  readonly because: string;
}

/** Rights as a rule gives them. */
interface Rights {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly unknown[];
}

const rbacGroup = "rbac.authorization.k8s.io";
const writing = ["create", "update", "patch"];

const entersPods = "would let the workload act inside pods of others; leave it out";
const runsPods =
  "would let the workload run pods as any ServiceAccount of the namespace; leave it to the tenant's `deployers`";
const outside = "never applies, as it lies outside namespaces; leave it out";

/**
 * What lets a workload raise itself or act as another, and what a role in a namespace does not reach; the first that
 * fits is told. Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/ (privilege escalation risks).
 */
const refusals: readonly Refusal[] = [
  {
    group: "",
    resources: ["serviceaccounts/token"],
    because: "would let the workload make tokens of ServiceAccounts; leave it out",
  },
  {
    group: "",
    resources: ["secrets"],
    verbs: ["create"],
    because:
      "would let the workload make tokens of ServiceAccounts, which Secrets can hold; leave it out",
  },
  {
    group: "",
    resources: ["secrets"],
    unlessNamed: true,
    // The answers to changes and deletions hold the objects too.
    because:
      "would let the workload read all Secrets of the namespace; name them one by one in `resourceNames`",
  },
  {
    group: "",
    resources: [
      "pods/exec",
      "pods/attach",
      "pods/ephemeralcontainers",
      "pods/portforward",
      "pods/proxy",
      "services/proxy",
      "nodes/proxy",
    ],
    because: entersPods,
  },
  {
    group: "",
    resources: ["pods", "replicationcontrollers"],
    verbs: writing,
    because: runsPods,
  },
  {
    group: "apps",
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    verbs: writing,
    because: runsPods,
  },
  { group: "batch", resources: ["jobs", "cronjobs"], verbs: writing, because: runsPods },
  {
    group: rbacGroup,
    resources: ["roles", "rolebindings"],
    verbs: writing,
    because: "would let the workload give rights on; leave it out",
  },
  {
    group: "certificates.k8s.io",
    resources: ["certificatesigningrequests/approval", "certificatesigningrequests/status"],
    because: "would let the workload make certificates of others; leave it out",
  },
  {
    group: "admissionregistration.k8s.io",
    verbs: writing,
    because:
      "would let the workload see and change what others send to the API server; leave it out",
  },
  {
    group: "",
    resources: ["namespaces"],
    verbs: ["update", "patch", "delete"],
    because: "would let the workload change what fences its own namespace; leave it out",
  },
  // A namespace itself can be read by a role in it, but not listed.
  {
    group: "",
    resources: ["namespaces"],
    verbs: ["list", "watch", "create", "deletecollection"],
    because: outside,
  },
  {
    group: "",
    resources: ["nodes", "nodes/status", "nodes/stats", "nodes/metrics", "persistentvolumes"],
    because: outside,
  },
  { group: rbacGroup, resources: ["clusterroles", "clusterrolebindings"], because: outside },
  { group: "certificates.k8s.io", because: outside },
  { group: "admissionregistration.k8s.io", because: outside },
  { group: "apiextensions.k8s.io", because: outside },
  { group: "apiregistration.k8s.io", because: outside },
  { group: "authentication.k8s.io", because: outside },
  {
    group: "authorization.k8s.io",
    resources: ["subjectaccessreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    because: outside,
  },
];

/** The first right of a rule that no workload is given; none where all are fine. */
export function refusedRights(rights: Rights): RefusedRight | undefined {
  const isNamed = (rights.resourceNames ?? []).length > 0;
  for (const refusal of refusals) {
    if (!rights.apiGroups.includes(refusal.group)) continue;
    if (refusal.unlessNamed && isNamed) continue;
    const resource = firstOf(rights.resources, refusal.resources);
    const verb = firstOf(rights.verbs, refusal.verbs);
    if (resource !== undefined && verb !== undefined) {
      return { verb, resource, because: refusal.because };
    }
  }
  return undefined;
}

function firstOf(
  given: readonly string[],
  refused: readonly string[] | undefined,
): string | undefined {
  return refused === undefined ? given[0] : given.find((each) => refused.includes(each));
}
