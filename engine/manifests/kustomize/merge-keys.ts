/**
 * How a part of an object is merged: by its fields, and its lists by the keys that tell their elements apart.
 *
 * A list without a key here is replaced as a whole.
 */
export interface Shape {
  readonly fields?: Readonly<Record<string, Shape>>;
  /** The keys of a list's elements; none where they are plain values. */
  readonly keys?: readonly string[];
  /** The shape of a list's elements. */
  readonly item?: Shape;
}

/**
 * The merge keys of Kubernetes' own kinds.
 *
 * Source: `x-kubernetes-patch-merge-key` and `x-kubernetes-list-map-keys` in the schema of Kubernetes 1.21.2, which kustomize
 * v5.8.1 has built in (kyaml/openapi/kubernetesapi): a kind or version that is not in it is merged without keys.
 */

function by(keys: readonly string[], item: Shape = {}): Shape {
  return { keys, item };
}

function within(field: string, shape: Shape): Shape {
  return { fields: { [field]: shape } };
}

const METADATA: Shape = { fields: { finalizers: by([]), ownerReferences: by(["uid"]) } };

const EPHEMERAL: Shape = {
  fields: {
    env: by(["name"]),
    volumeDevices: by(["devicePath"]),
    volumeMounts: by(["mountPath"]),
  },
};

const CONTAINER: Shape = {
  fields: { ...EPHEMERAL.fields, ports: by(["containerPort", "protocol"]) },
};

const POD_SPEC: Shape = {
  fields: {
    containers: by(["name"], CONTAINER),
    ephemeralContainers: by(["name"], EPHEMERAL),
    hostAliases: by(["ip"]),
    imagePullSecrets: by(["name"]),
    initContainers: by(["name"], CONTAINER),
    topologySpreadConstraints: by(["topologyKey", "whenUnsatisfiable"]),
    volumes: by(["name"], {
      fields: {
        ephemeral: within("volumeClaimTemplate", within("metadata", METADATA)),
      },
    }),
  },
};

const CONDITIONS: Shape = within("conditions", by(["type"]));

const POD: Shape = { fields: { metadata: METADATA, spec: POD_SPEC } };

const OF_TEMPLATE: Shape = within("template", POD);

const WEBHOOKS: Shape = within("webhooks", by(["name"]));

/** Kinds with the versions of the schema, and what they have beside metadata. */
const KINDS: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  "admissionregistration.k8s.io/v1": {
    MutatingWebhookConfiguration: WEBHOOKS,
    ValidatingWebhookConfiguration: WEBHOOKS,
  },
  "admissionregistration.k8s.io/v1beta1": {
    MutatingWebhookConfiguration: WEBHOOKS,
    ValidatingWebhookConfiguration: WEBHOOKS,
  },
  "apiextensions.k8s.io/v1": { CustomResourceDefinition: {} },
  "apiextensions.k8s.io/v1beta1": { CustomResourceDefinition: {} },
  "apiregistration.k8s.io/v1": { APIService: within("status", CONDITIONS) },
  "apiregistration.k8s.io/v1beta1": { APIService: within("status", CONDITIONS) },
  "apps/v1": {
    ControllerRevision: {},
    DaemonSet: { fields: { spec: OF_TEMPLATE, status: CONDITIONS } },
    Deployment: { fields: { spec: OF_TEMPLATE, status: CONDITIONS } },
    ReplicaSet: { fields: { spec: OF_TEMPLATE, status: CONDITIONS } },
    StatefulSet: { fields: { spec: OF_TEMPLATE, status: CONDITIONS } },
  },
  "autoscaling/v1": { HorizontalPodAutoscaler: {}, Scale: {} },
  "autoscaling/v2beta1": { HorizontalPodAutoscaler: {} },
  "autoscaling/v2beta2": { HorizontalPodAutoscaler: {} },
  "batch/v1": {
    CronJob: within(
      "spec",
      within("jobTemplate", { fields: { metadata: METADATA, spec: OF_TEMPLATE } }),
    ),
    Job: { fields: { spec: OF_TEMPLATE, status: CONDITIONS } },
  },
  "batch/v1beta1": {
    CronJob: within(
      "spec",
      within("jobTemplate", { fields: { metadata: METADATA, spec: OF_TEMPLATE } }),
    ),
  },
  "certificates.k8s.io/v1": { CertificateSigningRequest: {} },
  "certificates.k8s.io/v1beta1": { CertificateSigningRequest: {} },
  "coordination.k8s.io/v1": { Lease: {} },
  "coordination.k8s.io/v1beta1": { Lease: {} },
  "discovery.k8s.io/v1": { EndpointSlice: {} },
  "discovery.k8s.io/v1beta1": { EndpointSlice: {} },
  "extensions/v1beta1": { Ingress: {} },
  "networking.k8s.io/v1": { Ingress: {}, IngressClass: {}, NetworkPolicy: {} },
  "networking.k8s.io/v1beta1": { Ingress: {}, IngressClass: {} },
  "node.k8s.io/v1": { RuntimeClass: {} },
  "node.k8s.io/v1beta1": { RuntimeClass: {} },
  "policy/v1": { PodDisruptionBudget: within("status", CONDITIONS) },
  "policy/v1beta1": { PodDisruptionBudget: within("status", CONDITIONS), PodSecurityPolicy: {} },
  "rbac.authorization.k8s.io/v1": {
    ClusterRole: {},
    ClusterRoleBinding: {},
    Role: {},
    RoleBinding: {},
  },
  "rbac.authorization.k8s.io/v1beta1": {
    ClusterRole: {},
    ClusterRoleBinding: {},
    Role: {},
    RoleBinding: {},
  },
  "scheduling.k8s.io/v1": { PriorityClass: {} },
  "scheduling.k8s.io/v1beta1": { PriorityClass: {} },
  "storage.k8s.io/v1": {
    CSIDriver: {},
    CSINode: within("spec", within("drivers", by(["name"]))),
    StorageClass: {},
    VolumeAttachment: {},
  },
  "storage.k8s.io/v1beta1": {
    CSIDriver: {},
    CSINode: within("spec", within("drivers", by(["name"]))),
    CSIStorageCapacity: {},
    StorageClass: {},
    VolumeAttachment: {},
  },
  v1: {
    ConfigMap: {},
    Endpoints: {},
    Event: {},
    LimitRange: {},
    Namespace: { fields: { status: CONDITIONS } },
    Node: {
      fields: {
        spec: within("podCIDRs", by([])),
        status: { fields: { ...CONDITIONS.fields, addresses: by(["type"]) } },
      },
    },
    PersistentVolume: {},
    PersistentVolumeClaim: { fields: { status: CONDITIONS } },
    Pod: {
      fields: { spec: POD_SPEC, status: { fields: { ...CONDITIONS.fields, podIPs: by(["ip"]) } } },
    },
    PodTemplate: { fields: { template: POD } },
    ReplicationController: { fields: { spec: OF_TEMPLATE, status: CONDITIONS } },
    ResourceQuota: {},
    Secret: {},
    Service: {
      fields: { spec: within("ports", by(["port", "protocol"])), status: CONDITIONS },
    },
    ServiceAccount: within("secrets", by(["name"])),
  },
};

/** How an object of a kind is merged; undefined for kinds that kustomize does not know. */
export function shapeOf(apiVersion: string, kind: string): Shape | undefined {
  const kinds = Object.hasOwn(KINDS, apiVersion) ? KINDS[apiVersion] : undefined;
  const shape = kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  return shape === undefined ? undefined : { fields: { metadata: METADATA, ...shape.fields } };
}
