import { fieldSpec, type FieldSpec, type NameReference } from "./field-specs";
import type { Gvk } from "./ids";

/**
 * By which fields objects name others, so that these can be called otherwise.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1 (2026-02), api/internal/konfig/builtinpluginconsts/namereference.go, with what it
 * leaves out: the accounts that a ReplicaSet names, and all but accounts, claims and priorities of a ReplicationController.
 */

/** Where pod templates are, of the kinds whose ConfigMaps and Secrets follow. */
const CONTENTS: readonly (readonly [kind: string, path: string])[] = [
  ["PodTemplate", "template/spec"],
  ["Deployment", "spec/template/spec"],
  ["ReplicaSet", "spec/template/spec"],
  ["DaemonSet", "spec/template/spec"],
  ["StatefulSet", "spec/template/spec"],
  ["Job", "spec/template/spec"],
  ["CronJob", "spec/jobTemplate/spec/template/spec"],
];

/** Where pod templates are, of the kinds whose accounts, claims and priorities follow. */
const OTHERS: readonly (readonly [kind: string, path: string])[] = [
  ["Pod", "spec"],
  ["StatefulSet", "spec/template/spec"],
  ["Deployment", "spec/template/spec"],
  ["ReplicationController", "spec/template/spec"],
  ["CronJob", "spec/jobTemplate/spec/template/spec"],
  ["Job", "spec/template/spec"],
  ["DaemonSet", "spec/template/spec"],
];

const OF_CONFIG_MAPS = [
  "volumes/configMap/name",
  "containers/env/valueFrom/configMapKeyRef/name",
  "initContainers/env/valueFrom/configMapKeyRef/name",
  "containers/envFrom/configMapRef/name",
  "initContainers/envFrom/configMapRef/name",
  "volumes/projected/sources/configMap/name",
];

const OF_SECRETS = [
  "volumes/secret/secretName",
  "containers/env/valueFrom/secretKeyRef/name",
  "initContainers/env/valueFrom/secretKeyRef/name",
  "containers/envFrom/secretRef/name",
  "initContainers/envFrom/secretRef/name",
  "imagePullSecrets/name",
  "volumes/projected/sources/secret/name",
];

const RBAC = "rbac.authorization.k8s.io";
const HOOKS = "admissionregistration.k8s.io";

function contents(paths: readonly string[]): readonly FieldSpec[] {
  return [
    ...paths.map((path) => fieldSpec(`spec/${path}`, { version: "v1", kind: "Pod" })),
    ...CONTENTS.flatMap(([kind, pod]) =>
      paths.map((path) => fieldSpec(`${pod}/${path}`, { kind })),
    ),
  ];
}

function others(path: string): readonly FieldSpec[] {
  return OTHERS.map(([kind, pod]) => fieldSpec(`${pod}/${path}`, { kind }));
}

function of(kind: string, ...paths: readonly string[]): readonly FieldSpec[] {
  return paths.map((path) => fieldSpec(path, { kind }));
}

function to(of: Partial<Gvk>, ...fields: readonly (readonly FieldSpec[])[]): NameReference {
  return { group: "", version: "", kind: "", ...of, fields: fields.flat() };
}

/** By which fields objects name others, for each kind that is named. */
export const nameReferences: readonly NameReference[] = [
  ...["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map((kind) =>
    to({ kind }, of("HorizontalPodAutoscaler", "spec/scaleTargetRef/name")),
  ),
  to(
    { version: "v1", kind: "ConfigMap" },
    contents(OF_CONFIG_MAPS),
    of("Node", "spec/configSource/configMap"),
    of("Role", "rules/resourceNames"),
    of("ClusterRole", "rules/resourceNames"),
    of("Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap"),
  ),
  to(
    { version: "v1", kind: "Secret" },
    contents(OF_SECRETS),
    of(
      "Ingress",
      "spec/tls/secretName",
      "metadata/annotations/ingress.kubernetes.io\\/auth-secret",
      "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret",
      "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret",
    ),
    of("ServiceAccount", "imagePullSecrets/name"),
    of(
      "StorageClass",
      "parameters/secretName",
      "parameters/adminSecretName",
      "parameters/userSecretName",
      "parameters/secretRef",
    ),
    of("Role", "rules/resourceNames"),
    of("ClusterRole", "rules/resourceNames"),
    [
      fieldSpec("spec/template/spec/containers/env/valueFrom/secretKeyRef/name", {
        group: "serving.knative.dev",
        version: "v1",
        kind: "Service",
      }),
    ],
    of("PersistentVolume", "spec/azureFile/secretName"),
  ),
  to(
    { version: "v1", kind: "Service" },
    [fieldSpec("spec/serviceName", { group: "apps", kind: "StatefulSet" })],
    of(
      "Ingress",
      "spec/rules/http/paths/backend/serviceName",
      "spec/backend/serviceName",
      "spec/rules/http/paths/backend/service/name",
      "spec/defaultBackend/service/name",
    ),
    [fieldSpec("spec/service/name", { group: "apiregistration.k8s.io", kind: "APIService" })],
    ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"].map((kind) =>
      fieldSpec("webhooks/clientConfig/service", { group: HOOKS, kind }),
    ),
  ),
  to({ group: RBAC, kind: "Role" }, [
    fieldSpec("roleRef/name", { group: RBAC, kind: "RoleBinding" }),
  ]),
  to(
    { group: RBAC, kind: "ClusterRole" },
    ["RoleBinding", "ClusterRoleBinding"].map((kind) =>
      fieldSpec("roleRef/name", { group: RBAC, kind }),
    ),
  ),
  to(
    { version: "v1", kind: "ServiceAccount" },
    ["RoleBinding", "ClusterRoleBinding"].map((kind) =>
      fieldSpec("subjects", { group: RBAC, kind }),
    ),
    others("serviceAccountName"),
  ),
  to(
    { version: "v1", kind: "PersistentVolumeClaim" },
    others("volumes/persistentVolumeClaim/claimName"),
  ),
  to(
    { version: "v1", kind: "PersistentVolume" },
    of("PersistentVolumeClaim", "spec/volumeName"),
    of("ClusterRole", "rules/resourceNames"),
  ),
  to(
    { group: "storage.k8s.io", version: "v1", kind: "StorageClass" },
    of("PersistentVolume", "spec/storageClassName"),
    of("PersistentVolumeClaim", "spec/storageClassName"),
    of("StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
  ),
  to(
    { group: "scheduling.k8s.io", version: "v1", kind: "PriorityClass" },
    others("priorityClassName"),
  ),
  to({ group: HOOKS, kind: "ValidatingAdmissionPolicy" }, [
    fieldSpec("spec/policyName", { group: HOOKS, kind: "ValidatingAdmissionPolicyBinding" }),
  ]),
];
