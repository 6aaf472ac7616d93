import { isRecord, type ValueRecord } from "../../core/snapshot/value";

/** Kinds that live outside namespaces, from https://kubernetes.io/docs/reference/kubernetes-api/ (1.34). */
const CLUSTER_SCOPED = new Set([
  "APIService",
  "CSIDriver",
  "CSINode",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterTrustBundle",
  "ComponentStatus",
  "CustomResourceDefinition",
  "DeviceClass",
  "FlowSchema",
  "IPAddress",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PodSecurityPolicy",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "SelfSubjectAccessReview",
  "SelfSubjectReview",
  "SelfSubjectRulesReview",
  "ServiceCIDR",
  "StorageClass",
  "StorageVersion",
  "StorageVersionMigration",
  "SubjectAccessReview",
  "TokenReview",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

/** API groups that a Kubernetes API server has of itself end so, or have no dot. */
const BUILT_IN_GROUP = /^[^.]+$|\.k8s\.io$/;

/** What names an object: its kind with group and version, its namespace and name. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Empty by default. */
  readonly namespace: string;
}

/** Reads what names an object; a missing part is empty. */
export function objectName(object: ValueRecord): ObjectName {
  const metadata = isRecord(object["metadata"]) ? object["metadata"] : {};
  return {
    apiVersion: text(object["apiVersion"]),
    kind: text(object["kind"]),
    name: text(metadata["name"]) || text(metadata["generateName"]),
    namespace: text(metadata["namespace"]),
  };
}

/** Whether objects of a kind live in a namespace; undefined for kinds that a cluster defines for itself. */
export function isNamespaced(apiVersion: string, kind: string): boolean | undefined {
  const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
  if (group !== "" && !BUILT_IN_GROUP.test(group)) return undefined;
  return !CLUSTER_SCOPED.has(kind);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
