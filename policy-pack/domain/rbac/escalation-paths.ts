import type { RbacRule } from "../../facts/fact-values";
import { operatorResources, verbsOf, type Opened } from "./operator-resources";
import { isAbout } from "./resources";

/** Names that a rule would give nothing more by. */
export interface Exempt {
  /** The subject's own account, where it is in the namespace that the rights are for. */
  readonly ownAccount: string | undefined;
}

/** A path by which rights allow an account to escalate or to take over another. */
export interface EscalationPath {
  readonly id: string;
  /** Words that complete `may`. */
  readonly by: string;
  /** API group, resources and verbs, one of each of which is enough. */
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Whether it is about what is in namespaces; else a RoleBinding gives nothing of it. */
  readonly inNamespace: boolean;
  /** Whether it counts only where a stronger account can be reached. */
  readonly reaches?: true;
  /** Whether it also applies to a namespace without pods: accounts there belong to no workload, and act by their bindings. */
  readonly reachesWithoutPods?: true;
  /** Whether a rule gives, or may give where it is not known, what the account has to have beside it, by this binding or another. */
  readonly with?: (rule: RbacRule) => boolean;
  /** Whether it has to be granted in the whole cluster: a RoleBinding gives no right outside a namespace. */
  readonly isWithInCluster?: true;
  /** Whether a rule that names its objects one by one gives nothing more. */
  readonly exempts?: (rule: RbacRule, exempt: Exempt) => boolean;
}

const rbac = "rbac.authorization.k8s.io";
const writing = ["create", "update", "patch"];

const isNamed = ({ resourceNames }: RbacRule): boolean => resourceNames.length > 0;

const namesOwnAccount = ({ resourceNames }: RbacRule, { ownAccount }: Exempt): boolean =>
  ownAccount !== undefined &&
  resourceNames.length > 0 &&
  resourceNames.every((name) => name === ownAccount);

const approves = { group: "certificates.k8s.io", resources: ["signers"], verbs: ["approve"] };

const approvesForCluster = (rule: RbacRule): boolean =>
  opens(rule, approves) &&
  (rule.resourceNames.length === 0 ||
    rule.resourceNames.some((name) => name.startsWith("kubernetes.io/") || isOpen(rule, name)));

/** Whether a word of a rule may be any, as it is not known; among names `*` is no pattern. */
const isOpen = ({ dependsOn }: RbacRule, word: string): boolean =>
  dependsOn !== undefined && word === "*";

/** What the custom resources of operators open, and the words for it. */
const byOperators: Readonly<Record<Opened, Pick<EscalationPath, "id" | "by" | "reaches">>> = {
  pods: { id: "pods", by: "create workloads that run as other accounts", reaches: true },
  code: { id: "code", by: "change what workloads run that run as other accounts", reaches: true },
  tokens: { id: "tokens", by: "have a controller use tokens of other accounts", reaches: true },
  manifests: { id: "manifests", by: "have a controller apply objects of its own", reaches: true },
  accounts: { id: "manifests", by: "have a controller apply objects of its own", reaches: true },
  policies: { id: "mutations", by: "write policies that change what others create" },
  machines: { id: "machines", by: "have nodes made that run commands of its own" },
  cloud: { id: "cloud", by: "have a controller write roles of the cloud" },
  identities: { id: "identities", by: "register SPIFFE IDs for pods of its own" },
};

/** What a constrained impersonation may do, `*` or `impersonate-on:<mode>:<verb>`. */
const actsBy =
  (mode: string) =>
  ({ verbs }: RbacRule): boolean =>
    verbs.some((verb) => verb === "*" || verb.startsWith(`impersonate-on:${mode}:`));

/**
 * Source: kubernetes.io, "RBAC good practices", privilege escalation risks, and "User impersonation", constrained impersonation
 * (KEP-5284). The node of a pod (`impersonate:associated-node`) is left out: that is meant to narrow.
 */
export const escalationPaths: readonly EscalationPath[] = [
  {
    id: "escalate",
    by: "write roles with rights it does not have",
    group: rbac,
    resources: ["roles"],
    verbs: ["escalate"],
    inNamespace: true,
  },
  {
    id: "escalate cluster",
    by: "write ClusterRoles with rights it does not have",
    group: rbac,
    resources: ["clusterroles"],
    verbs: ["escalate"],
    inNamespace: false,
  },
  {
    id: "bind",
    by: "bind roles with rights it does not have",
    group: rbac,
    // A RoleBinding may name a ClusterRole, so that the right to bind one counts in a namespace too.
    resources: ["roles", "clusterroles"],
    verbs: ["bind"],
    inNamespace: true,
    exempts: isNamed,
  },
  {
    id: "impersonate accounts",
    by: "impersonate ServiceAccounts",
    group: "",
    resources: ["serviceaccounts"],
    verbs: ["impersonate"],
    inNamespace: true,
    exempts: namesOwnAccount,
  },
  {
    id: "impersonate accounts",
    by: "impersonate ServiceAccounts",
    group: "authentication.k8s.io",
    resources: ["serviceaccounts"],
    verbs: ["impersonate:serviceaccount"],
    inNamespace: true,
    with: actsBy("serviceaccount"),
    exempts: namesOwnAccount,
  },
  {
    id: "impersonate people",
    by: "impersonate users and groups",
    group: "",
    resources: ["users", "groups"],
    verbs: ["impersonate"],
    inNamespace: false,
  },
  {
    id: "impersonate people",
    by: "impersonate users and groups",
    group: "authentication.k8s.io",
    resources: ["users", "groups"],
    verbs: ["impersonate:user-info"],
    inNamespace: false,
    with: actsBy("user-info"),
  },
  {
    id: "impersonate nodes",
    by: "impersonate nodes",
    group: "authentication.k8s.io",
    resources: ["nodes"],
    verbs: ["impersonate:arbitrary-node"],
    inNamespace: false,
    with: actsBy("arbitrary-node"),
  },
  {
    id: "token",
    by: "request tokens of ServiceAccounts",
    group: "",
    resources: ["serviceaccounts/token"],
    verbs: ["create"],
    inNamespace: true,
    reachesWithoutPods: true,
    exempts: namesOwnAccount,
  },
  {
    id: "secrets",
    by: "read Secrets that it does not name",
    group: "",
    resources: ["secrets"],
    verbs: ["get", "list", "watch"],
    inNamespace: true,
    exempts: isNamed,
  },
  {
    id: "nodes",
    by: "command the kubelets of nodes",
    group: "",
    resources: ["nodes/proxy"],
    verbs: ["get", "create", "update", "patch", "delete"],
    inNamespace: false,
  },
  {
    id: "exec",
    by: "run commands in other pods",
    group: "",
    resources: ["pods/exec", "pods/attach"],
    verbs: ["create", "get"],
    inNamespace: true,
  },
  {
    id: "ephemeral",
    by: "add containers to other pods",
    group: "",
    resources: ["pods/ephemeralcontainers"],
    verbs: ["update", "patch"],
    inNamespace: true,
  },
  {
    id: "csr",
    by: "approve certificates for any identity",
    group: "certificates.k8s.io",
    resources: ["certificatesigningrequests/approval"],
    verbs: ["update", "patch"],
    inNamespace: false,
    with: approvesForCluster,
    isWithInCluster: true,
  },
  {
    id: "webhooks",
    by: "write webhooks that see and change what others create",
    group: "admissionregistration.k8s.io",
    resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
    verbs: writing,
    inNamespace: false,
  },
  {
    id: "mutations",
    by: "write policies that change what others create",
    group: "admissionregistration.k8s.io",
    resources: ["mutatingadmissionpolicies"],
    verbs: writing,
    inNamespace: false,
  },
  {
    id: "volumes",
    by: "create volumes of a node's own files",
    group: "",
    resources: ["persistentvolumes"],
    verbs: ["create"],
    inNamespace: false,
  },
  {
    id: "namespaces",
    by: "change the labels of namespaces that policies go by",
    group: "",
    resources: ["namespaces"],
    verbs: ["update", "patch"],
    inNamespace: true,
  },
  {
    ...byOperators.pods,
    group: "",
    resources: ["pods"],
    verbs: ["create"],
    inNamespace: true,
  },
  ...(
    [
      ["", ["replicationcontrollers"], writing],
      ["apps", ["deployments", "statefulsets", "daemonsets", "replicasets"], writing],
      ["batch", ["cronjobs"], writing],
      // The pod template of a Job stays as it was made. Source: kubernetes.io, "Jobs", mutable scheduling directives.
      ["batch", ["jobs"], ["create"]],
    ] as const
  ).map(([group, resources, verbs]): EscalationPath => ({
    ...byOperators.pods,
    group,
    resources,
    verbs,
    inNamespace: true,
  })),
  ...operatorResources.map(({ opens, group, resources, clusterWide }): EscalationPath => ({
    ...byOperators[opens],
    group,
    resources,
    verbs: verbsOf(opens),
    inNamespace: clusterWide !== true,
  })),
  {
    id: "images",
    // Of a pod that runs nearly nothing can be changed but that. Source: kubernetes.io, "Pods", pod update and replacement.
    by: "run images of its own in pods of others",
    group: "",
    resources: ["pods"],
    verbs: ["update", "patch"],
    inNamespace: true,
    reaches: true,
  },
];

/** Whether a rule opens a path, or one half of it. */
export function opens(
  rule: RbacRule,
  way: Pick<EscalationPath, "group" | "resources" | "verbs">,
): boolean {
  const verbs = way.verbs.filter((verb) => rule.verbs.includes("*") || rule.verbs.includes(verb));
  return way.resources.some(
    (resource) =>
      isAbout(rule, way.group, resource) && verbs.some((verb) => isGiven(rule, verb, resource)),
  );
}

/**
 * Whether names leave a verb of a rule on a resource. A posted object has no name yet when the API server checks `create`. An
 * applied object that is absent has one, and takes `patch` by that name as well.
 *
 * Source: kubernetes.io, "Using RBAC Authorization", referring to resources; kubernetes/apiserver,
 * `pkg/endpoints/handlers/patch.go`.
 */
function isGiven(rule: RbacRule, verb: string, resource: string): boolean {
  return (
    verb !== "create" ||
    resource.includes("/") ||
    !isNamed(rule) ||
    rule.dependsOn !== undefined ||
    rule.verbs.some((each) => each === "patch" || each === "*")
  );
}
