import { createHash } from "node:crypto";
import { tenantMark } from "../../core/marks";
import { ports } from "./place";

/** Metadata of an object of a broker: names are texts, or values of a program that are known later. */
export interface Metadata<V> {
  readonly name: V;
  readonly namespace: V;
  readonly labels: Record<string, V>;
}

/** A ServiceAccount, and where it is. */
export interface Account<V> {
  readonly namespace: V;
  readonly name: V;
}

/** Labels of all that is of a tenant. */
export function tenantLabels<V>(tenant: V): Record<string, V> {
  return { [tenantMark]: tenant };
}

/** Labels of a broker's pods. */
export function brokerLabels<V>(tenant: V, name: V): Record<string, V> {
  return { ...tenantLabels(tenant), "app.kubernetes.io/name": name };
}

/** A namespace of a broker, whose pods are restricted. */
export function namespaceOf<V>(tenant: V, name: V) {
  return {
    apiVersion: "v1" as const,
    kind: "Namespace" as const,
    metadata: {
      name,
      labels: {
        ...tenantLabels(tenant),
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      },
    },
  };
}

/** The ServiceAccount of a broker; its pods mount the tokens that they use. */
export function accountOf<V>(metadata: Metadata<V>, annotations?: Record<string, V>) {
  return {
    apiVersion: "v1" as const,
    kind: "ServiceAccount" as const,
    metadata: { ...metadata, ...(annotations !== undefined && { annotations }) },
    automountServiceAccountToken: false,
  };
}

/** Keeps pods out of the namespace of the accounts of tasks. */
export function noPods<M>(inNamespace: M) {
  return {
    apiVersion: "v1" as const,
    kind: "ResourceQuota" as const,
    metadata: { name: "agentid-quota", ...inNamespace },
    spec: { hard: { pods: "0" } },
  };
}

/** A Role of RBAC. */
export function roleOf<M, R>(metadata: M, rules: R) {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1" as const,
    kind: "Role" as const,
    metadata,
    rules,
  };
}

/** The binding of a Role to one ServiceAccount alone. */
export function bindingOf<M, N, V>(metadata: M, role: N, { namespace, name }: Account<V>) {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1" as const,
    kind: "RoleBinding" as const,
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
    subjects: [{ kind: "ServiceAccount", namespace, name }],
  };
}

/** What a broker does with the accounts of tasks: it makes one for a task, hands out its tokens, and finds and deletes it. */
export const taskRules = [
  { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["create", "delete", "list"] },
  { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] },
];

/**
 * What a broker does in its tenant's namespace: it binds the Roles of tools.
 *
 * @param roles names of these Roles
 */
export function bindingRules<Names>(roles: Names) {
  return [
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: ["rolebindings"],
      verbs: ["create", "delete", "list"],
    },
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: ["roles"],
      resourceNames: roles,
      verbs: ["bind"],
    },
    // A task ends with the pod of its agent.
    { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
  ];
}

/**
 * Ports of the Service before a broker's pods.
 *
 * @param mtls the port for mutual TLS; undefined where there is none
 */
export function servicePorts(mtls: number | undefined) {
  return [
    { name: "https", port: 443, targetPort: "https" },
    ...(mtls === undefined ? [] : [{ name: "mtls", port: mtls, targetPort: "mtls" }]),
  ];
}

/**
 * The Service before a broker's pods.
 *
 * @param further more of its `spec`
 */
export function serviceOf<M, V, P>(
  metadata: M,
  labels: Record<string, V>,
  servedPorts: P,
  further?: object,
) {
  return {
    apiVersion: "v1" as const,
    kind: "Service" as const,
    metadata,
    spec: {
      selector: labels,
      ports: servedPorts,
      ...further,
    },
  };
}

/** The ConfigMap with the files of a broker's configuration, each under its key. */
export function configMapOf<V, D>(metadata: Metadata<V>, data: D) {
  return { apiVersion: "v1" as const, kind: "ConfigMap" as const, metadata, data };
}

/** The claim of the volume of a SQLite file. */
export function claimOf<M, V>(metadata: M, size: V, storageClassName?: V) {
  return {
    apiVersion: "v1" as const,
    kind: "PersistentVolumeClaim" as const,
    metadata,
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: size } },
      ...(storageClassName !== undefined && { storageClassName }),
    },
  };
}

/** How large the volume of a SQLite file is, where nothing else is declared. */
export const defaultSize = "1Gi";

/** How many replicas a broker has: a SQLite file is one process's alone. */
export function replicasOf(store: "sqlite" | "postgres"): number {
  return store === "sqlite" ? 1 : 2;
}

/** Digest of a configuration, so that a changed one starts new pods. */
export function digestOf(data: Readonly<Record<string, string>>): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("hex");
}

/** The Deployment of a broker. */
export function deploymentOf<V, D, P>(
  metadata: Metadata<V>,
  {
    replicas,
    digest,
    pod,
  }: {
    readonly replicas: number;
    /** Digest of the configuration. */
    readonly digest: D;
    readonly pod: P;
  },
) {
  const { labels } = metadata;
  return {
    apiVersion: "apps/v1" as const,
    kind: "Deployment" as const,
    metadata,
    spec: {
      replicas,
      ...(replicas === 1 && { strategy: { type: "Recreate" } }),
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels,
          // A broker reads its configuration when it starts.
          annotations: { "agentid.dev/configuration": digest },
        },
        spec: pod,
      },
    },
  };
}

/** Ends the pods of a broker one at a time. */
export function budgetOf<V>(metadata: Metadata<V>) {
  return {
    apiVersion: "policy/v1" as const,
    kind: "PodDisruptionBudget" as const,
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: metadata.labels } },
  };
}

/** Isolates all pods of a broker's namespace, except as the rules allow. */
export function isolationOf<V, I, E>(metadata: Metadata<V>, ingress: I, egress: E) {
  return {
    apiVersion: "networking.k8s.io/v1" as const,
    kind: "NetworkPolicy" as const,
    metadata,
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress, egress },
  };
}

/** Selects a namespace by its name. Source: kubernetes.io, automatic labelling of namespaces. */
export function inNamespace(name: unknown): object {
  return { matchLabels: { "kubernetes.io/metadata.name": name } };
}

/** The rule by which pods ask the cluster's DNS. */
export function toDns() {
  return {
    to: [
      {
        namespaceSelector: inNamespace("kube-system"),
        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
      },
    ],
    ports: [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP" },
    ],
  };
}

/** Ports of a NetworkPolicy at which a broker's pods answer workloads and people. */
export function openPorts(mtls: number | undefined) {
  return [ports.https, ...(mtls === undefined ? [] : [mtls])].map((port) => ({
    port,
    protocol: "TCP",
  }));
}

/**
 * The rules by which pods of a broker's tenant and others send to its ports for workloads and people, and some to that for
 * operation.
 */
export function toBroker<P>(
  namespace: unknown,
  others: readonly object[],
  operators: readonly object[],
  open: P,
): {
  readonly from: object[];
  readonly ports: P | { readonly port: number; readonly protocol: string }[];
}[] {
  const toOperations = [{ port: ports.operations, protocol: "TCP" }];
  return [
    { from: [{ namespaceSelector: inNamespace(namespace) }, ...others], ports: open },
    ...(operators.length === 0 ? [] : [{ from: [...operators], ports: toOperations }]),
  ];
}
