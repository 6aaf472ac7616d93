import { apiTokenMount, apiTokenVolume } from "./api-token";
import { configurationFolder, keyOf, ports, sqliteFolder, stateFiles, tlsFiles } from "./place";

/** The user that the broker's processes run as; no image has another use for it. */
const user = 65_532;

/** Pods that a namespace with Pod Security `restricted` accepts. */
export const restrictedPod = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };

/** Containers that such a namespace accepts. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};

/** Seconds that a broker answers after SIGTERM, where its configuration does not state them. */
const drainSeconds = 5;

/** Seconds that Kubernetes waits for a pod after its broker has drained: requests run for 10 s at most. */
const stopSeconds = 25;

/** What is mounted into a broker's pods. */
export interface BrokerVolumes<V, Own> {
  /** What proves the pod's identity. */
  readonly identity: readonly Own[];
  readonly configMap: V;
  /** Paths of its files. */
  readonly files: readonly string[];
  readonly tlsSecret: V;
  /** Name of the Secret with the certificate by which it logs in to its database. Default: none. */
  readonly loginSecret?: V | undefined;
  /** Name of the claim of its volume. Default: none, with a database. */
  readonly claim?: V | undefined;
  /** Whether it makes accounts for tasks, by the Kubernetes API. */
  readonly usesApiServer: boolean;
  /** Audience of its token for that API. */
  readonly apiAudience: V;
}

/** Volumes of a broker's pods: configuration and certificates in one folder, whose files Kubernetes replaces when they change. */
export function brokerVolumes<V, Own>(given: BrokerVolumes<V, Own>) {
  const { identity, configMap, files, tlsSecret, loginSecret, claim } = given;
  const sources = [
    { configMap: { name: configMap, items: files.map((path) => ({ key: keyOf(path), path })) } },
    { secret: { name: tlsSecret, items: certificateIn(tlsFiles.certificate, tlsFiles.key) } },
    ...(loginSecret === undefined
      ? []
      : [
          {
            secret: {
              name: loginSecret,
              items: certificateIn(`${stateFiles.folder}/tls.crt`, `${stateFiles.folder}/tls.key`),
            },
          },
        ]),
  ];
  return [
    ...identity,
    { name: "configuration", projected: { sources } },
    { name: "temporary", emptyDir: { sizeLimit: "64Mi" } },
    ...(claim === undefined
      ? []
      : [{ name: "state", persistentVolumeClaim: { claimName: claim } }]),
    ...(given.usesApiServer ? [apiTokenVolume(given.apiAudience)] : []),
  ];
}

/** Where a broker's container has these volumes. */
export function brokerMounts<Own>(
  identity: readonly Own[],
  { hasClaim, usesApiServer }: { readonly hasClaim: boolean; readonly usesApiServer: boolean },
) {
  return [
    ...identity,
    { name: "configuration", mountPath: configurationFolder, readOnly: true },
    { name: "temporary", mountPath: "/tmp" },
    ...(hasClaim ? [{ name: "state", mountPath: sqliteFolder }] : []),
    ...(usesApiServer ? [apiTokenMount] : []),
  ];
}

/** Ports of a broker's container; `mtls` is the one for mutual TLS, undefined where there is none. */
export function containerPorts(mtls: number | undefined) {
  return [
    { name: "https", containerPort: ports.https },
    { name: "operations", containerPort: ports.operations },
    ...(mtls === undefined ? [] : [{ name: "mtls", containerPort: mtls }]),
  ];
}

/** What a broker's pods are made from. */
export interface BrokerPod<V, Ports, Volumes, Mounts, Env> {
  readonly image: V;
  readonly labels: Record<string, V>;
  readonly serviceAccountName: V;
  readonly ports: Ports;
  readonly volumes: Volumes;
  readonly volumeMounts: Mounts;
  readonly env: Env;
  /** Seconds that it answers after SIGTERM. Default: those of a broker. */
  readonly drainSeconds?: number | undefined;
}

/** The pods of a broker: of Pod Security `restricted`, with a read-only root file system, spread over zones and hosts. */
export function brokerPodSpec<V, Ports, Volumes, Mounts, Env>(
  pod: BrokerPod<V, Ports, Volumes, Mounts, Env>,
) {
  return {
    serviceAccountName: pod.serviceAccountName,
    automountServiceAccountToken: false,
    securityContext: { ...restrictedPod, runAsUser: user, runAsGroup: user, fsGroup: user },
    volumes: pod.volumes,
    // The broker drains itself at SIGTERM, so its image needs no program for a `preStop` hook.
    terminationGracePeriodSeconds: (pod.drainSeconds ?? drainSeconds) + stopSeconds,
    topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map(
      (topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: pod.labels },
      }),
    ),
    containers: [
      {
        name: "broker",
        image: pod.image,
        args: ["broker", "--config", `${configurationFolder}/broker.yaml`],
        env: pod.env,
        ports: pod.ports,
        volumeMounts: pod.volumeMounts,
        securityContext: { ...restrictedContainer, readOnlyRootFilesystem: true },
        resources: {
          requests: { cpu: "250m", memory: "256Mi" },
          limits: { memory: "512Mi" },
        },
        startupProbe: { ...probe("/healthz"), periodSeconds: 2, failureThreshold: 30 },
        livenessProbe: { ...probe("/healthz"), periodSeconds: 10, failureThreshold: 3 },
        readinessProbe: { ...probe("/readyz"), periodSeconds: 5, failureThreshold: 2 },
      },
    ],
  };
}

function probe(path: string) {
  return { httpGet: { path, port: "operations" }, timeoutSeconds: 2 };
}

function certificateIn(certificate: string, key: string) {
  return [
    { key: "tls.crt", path: certificate },
    { key: "tls.key", path: key },
  ];
}
