import { isInNamespaces } from "../../core/kubernetes-kinds";

/** A right of a rule that no workload may have, and why, with what to do instead. */
export interface RefusedRight {
  readonly verb: string;
  readonly resource: string;
  readonly because: string;
}

/** Rights of Kubernetes itself that no workload may have. Those that custom resources of operators give, the policy pack finds. */
interface Refusal {
  readonly group: string;
  readonly resources: readonly string[];
  /** Verbs; all where left out. */
  readonly verbs?: readonly string[];
  /** Whether naming the objects one by one makes it acceptable. */
  readonly unlessNamed?: true;
  readonly because: string;
}

/** Rights as a rule gives them, each word unchanged. */
interface Rights {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly unknown[];
}

const outside = "never applies, as it lies outside namespaces; leave it out";
const readsSecrets =
  "would allow the workload to read Secrets that it does not name; name them one by one in `resourceNames`";
const readsAnswers =
  "would allow the workload to read all Secrets of the namespace; name them one by one in `resourceNames`";
const runsWorkloads =
  "would allow the workload to create workloads that run as other accounts; leave it to the tenant's `deployers`";
const writing = ["create", "update", "patch"];

/** Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/ (privilege escalation risks). */
const refusals: readonly Refusal[] = [
  {
    group: "",
    resources: ["serviceaccounts/token"],
    verbs: ["create"],
    because: "would allow the workload to request tokens of ServiceAccounts; leave it out",
  },
  {
    group: "",
    resources: ["secrets"],
    verbs: ["get", "list", "watch"],
    unlessNamed: true,
    because: readsSecrets,
  },
  {
    group: "",
    resources: ["pods/exec", "pods/attach"],
    verbs: ["create", "get"],
    because: "would allow the workload to run commands in other pods; leave it out",
  },
  {
    group: "",
    resources: ["pods/ephemeralcontainers"],
    verbs: ["update", "patch"],
    because: "would allow the workload to add containers to other pods; leave it out",
  },
  {
    group: "",
    resources: ["namespaces"],
    verbs: ["update", "patch"],
    because:
      "would allow the workload to change the labels of namespaces that policies go by; leave it out",
  },
  { group: "", resources: ["pods"], verbs: ["create"], because: runsWorkloads },
  {
    group: "",
    resources: ["pods"],
    verbs: ["update", "patch"],
    because:
      "would allow the workload to run images of its own in pods of others; leave it to the tenant's `deployers`",
  },
  { group: "", resources: ["replicationcontrollers"], verbs: writing, because: runsWorkloads },
  {
    group: "apps",
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    verbs: writing,
    because: runsWorkloads,
  },
  { group: "batch", resources: ["cronjobs"], verbs: writing, because: runsWorkloads },
  { group: "batch", resources: ["jobs"], verbs: ["create"], because: runsWorkloads },
  {
    group: "",
    resources: ["secrets"],
    verbs: ["create"],
    because:
      "would allow the workload to make tokens of ServiceAccounts, which Secrets can contain; leave it out",
  },
  // The answers to changes and deletions contain the objects too.
  { group: "", resources: ["secrets"], unlessNamed: true, because: readsAnswers },
  {
    group: "",
    resources: ["pods/portforward", "pods/proxy", "services/proxy"],
    because: "would allow the workload to act inside pods of others; leave it out",
  },
  {
    group: "rbac.authorization.k8s.io",
    resources: ["roles", "rolebindings"],
    verbs: ["create", "update", "patch"],
    because: "would allow the workload to pass rights on; leave it out",
  },
  {
    group: "",
    resources: ["namespaces"],
    verbs: ["delete"],
    because: "would allow the workload to delete all that its tenant has there; leave it out",
  },
];

/** The actions on the namespace itself for a role in it. */
const ofOwnNamespace = ["get", "update", "patch", "delete"];

/** The first right of a rule that no workload may have; none where all are fine. */
export function refusedRights(rights: Rights): RefusedRight | undefined {
  return notGranted(rights) ?? neverApplying(rights);
}

function notGranted(rights: Rights): RefusedRight | undefined {
  const isNamed = (rights.resourceNames ?? []).length > 0;
  for (const { group, resources, verbs = rights.verbs, unlessNamed, because } of refusals) {
    if (!rights.apiGroups.includes(group) || (unlessNamed && isNamed)) continue;
    const resource = rights.resources.find((each) => resources.includes(each));
    const verb = rights.verbs.find((each) => verbs.includes(each));
    if (resource !== undefined && verb !== undefined) return { verb, resource, because };
  }
  return undefined;
}

/** What a role in a namespace does not reach. */
function neverApplying(rights: Rights): RefusedRight | undefined {
  for (const apiGroup of rights.apiGroups) {
    for (const resource of rights.resources) {
      for (const verb of rights.verbs) {
        const [kind = ""] = resource.split("/");
        if (isInNamespaces(apiGroup, kind) !== false) continue;
        const isOwn = apiGroup === "" && kind === "namespaces";
        if (isOwn && ofOwnNamespace.includes(verb)) continue;
        return { verb, resource, because: outside };
      }
    }
  }
  return undefined;
}
