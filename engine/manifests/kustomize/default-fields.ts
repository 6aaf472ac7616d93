import { fieldSpec, type FieldSpec, type FieldSpecs } from "./field-specs";
import { nameReferences } from "./name-reference-fields";

/**
 * Which fields kustomize changes where `configurations` say nothing.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1 (2026-02), api/internal/konfig/builtinpluginconsts.
 */

const CONTROLLER = { version: "v1", kind: "ReplicationController" };
const STATEFUL_SET = { group: "apps", kind: "StatefulSet" };
const JOB = { group: "batch", kind: "Job" };
const CRON_JOB = { group: "batch", kind: "CronJob" };
const POLICY = { group: "networking.k8s.io", kind: "NetworkPolicy" };

const METADATA_LABELS: readonly FieldSpec[] = [
  fieldSpec("metadata/labels", {}, true),
  ...[
    CONTROLLER,
    { kind: "Deployment" },
    { kind: "ReplicaSet" },
    { kind: "DaemonSet" },
    STATEFUL_SET,
  ].map((kind) => fieldSpec("spec/template/metadata/labels", kind, true)),
  fieldSpec("spec/volumeClaimTemplates[]/metadata/labels", STATEFUL_SET, true),
  fieldSpec("spec/template/metadata/labels", JOB, true),
  fieldSpec("spec/jobTemplate/metadata/labels", CRON_JOB, true),
  fieldSpec("spec/jobTemplate/spec/template/metadata/labels", CRON_JOB, true),
];

const AFFINITIES = ["podAffinity", "podAntiAffinity"].flatMap((affinity) =>
  [
    "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
    "requiredDuringSchedulingIgnoredDuringExecution",
  ].map((when) => `spec/template/spec/affinity/${affinity}/${when}/labelSelector/matchLabels`),
);

const IN_POD_SPECS = [
  ...AFFINITIES,
  "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels",
];

const SELECTORS: readonly FieldSpec[] = [
  fieldSpec("spec/selector", { version: "v1", kind: "Service" }, true),
  fieldSpec("spec/selector", CONTROLLER, true),
  ...[{ kind: "Deployment" }, { kind: "ReplicaSet" }, { kind: "DaemonSet" }, STATEFUL_SET].map(
    (kind) => fieldSpec("spec/selector/matchLabels", kind, true),
  ),
  ...[{ group: "apps", kind: "Deployment" }, STATEFUL_SET].flatMap((kind) =>
    IN_POD_SPECS.map((path) => fieldSpec(path, kind)),
  ),
  fieldSpec("spec/selector/matchLabels", JOB),
  fieldSpec("spec/jobTemplate/spec/selector/matchLabels", CRON_JOB),
  fieldSpec("spec/selector/matchLabels", { group: "policy", kind: "PodDisruptionBudget" }),
  fieldSpec("spec/podSelector/matchLabels", POLICY),
  fieldSpec("spec/ingress/from/podSelector/matchLabels", POLICY),
  fieldSpec("spec/egress/to/podSelector/matchLabels", POLICY),
];

const ANNOTATIONS: readonly FieldSpec[] = [
  fieldSpec("metadata/annotations", {}, true),
  ...[
    CONTROLLER,
    { kind: "Deployment" },
    { kind: "ReplicaSet" },
    { kind: "DaemonSet" },
    { kind: "StatefulSet" },
    JOB,
  ].map((kind) => fieldSpec("spec/template/metadata/annotations", kind, true)),
  fieldSpec("spec/jobTemplate/metadata/annotations", CRON_JOB, true),
  fieldSpec("spec/jobTemplate/spec/template/metadata/annotations", CRON_JOB, true),
];

const NAMESPACES: readonly FieldSpec[] = [
  fieldSpec("metadata/name", { kind: "Namespace" }, true),
  fieldSpec(
    "spec/service/namespace",
    { group: "apiregistration.k8s.io", kind: "APIService" },
    true,
  ),
  fieldSpec("spec/conversion/webhook/clientConfig/service/namespace", {
    group: "apiextensions.k8s.io",
    kind: "CustomResourceDefinition",
  }),
];

const IMAGES: readonly FieldSpec[] = ["spec", "spec/template/spec"].flatMap((pod) =>
  ["containers[]/image", "initContainers[]/image", "volumes[]/image/reference"].map((path) =>
    fieldSpec(`${pod}/${path}`, {}, true),
  ),
);

const REPLICAS: readonly FieldSpec[] = [
  "Deployment",
  "ReplicationController",
  "ReplicaSet",
  "StatefulSet",
].map((kind) => fieldSpec("spec/replicas", { kind }, true));

const CONTAINER_TEXTS = ["args", "command", "env/value", "volumeMounts/mountPath"];

const VARIABLES: readonly FieldSpec[] = [
  ...(
    [
      ["CronJob", "spec/jobTemplate/spec/template/spec"],
      ["DaemonSet", "spec/template/spec"],
      ["Deployment", "spec/template/spec"],
      ["Job", "spec/template/spec"],
      ["Pod", "spec"],
      ["ReplicaSet", "spec/template/spec"],
      ["StatefulSet", "spec/template/spec"],
    ] as const
  ).flatMap(([kind, pod]) => [
    ...["containers", "initContainers"].flatMap((containers) =>
      CONTAINER_TEXTS.map((text) => fieldSpec(`${pod}/${containers}/${text}`, { kind })),
    ),
    ...(kind === "CronJob" || kind === "StatefulSet"
      ? []
      : [fieldSpec(`${pod}/volumes/nfs/server`, { kind })]),
  ]),
  fieldSpec("spec/jobTemplate/spec/template/volumes/nfs/server", { kind: "CronJob" }),
  fieldSpec("spec/volumeClaimTemplates/spec/nfs/server", { kind: "StatefulSet" }),
  fieldSpec("spec/template/metadata/annotations", { kind: "Deployment" }),
  ...["spec/rules/host", "spec/tls/hosts", "spec/tls/secretName"].map((path) =>
    fieldSpec(path, { kind: "Ingress" }),
  ),
  fieldSpec("spec/ports/port", { kind: "Service" }),
  fieldSpec("spec/ports/targetPort", { kind: "Service" }),
  fieldSpec("spec/nfs/server", { kind: "PersistentVolume" }),
  fieldSpec("metadata/labels"),
  fieldSpec("metadata/annotations"),
];

/** The fields that kustomize changes of itself. */
export const defaultFields: FieldSpecs = {
  namePrefix: [fieldSpec("metadata/name")],
  nameSuffix: [fieldSpec("metadata/name")],
  namespace: NAMESPACES,
  commonLabels: [...SELECTORS, ...METADATA_LABELS],
  labels: [],
  templateLabels: METADATA_LABELS,
  commonAnnotations: ANNOTATIONS,
  nameReference: nameReferences,
  varReference: VARIABLES,
  images: IMAGES,
  replicas: REPLICAS,
};
