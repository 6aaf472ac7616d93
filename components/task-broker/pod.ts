import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { apiTokenMount, apiTokenVolume } from "../kubernetes/api-token";
import type { FederationKind } from "../federations/all-federations";
import { derive } from "../arguments/known";
import { sessionName } from "../arguments/naming";
import { workloadPod } from "../kubernetes/pod";
import { ports } from "./configuration";
import type { TaskBrokerDeploymentArgs } from "./deployment-arguments";
import { configurationFolder, sqliteFolder, stateFiles } from "./state";

/** What a broker's pods are made from. */
export interface BrokerPod extends Pick<TaskBrokerDeploymentArgs, "image" | "tlsSecret" | "state"> {
  readonly labels: Record<string, pulumi.Input<string>>;
  readonly name: pulumi.Input<string>;
  readonly roleArn: pulumi.Input<string>;
  readonly federation: pulumi.Input<string>;
  readonly serviceAccountName: pulumi.Input<string>;
  readonly configMap: pulumi.Input<string>;
  /** Paths of its files, each under a key of its own. */
  readonly files: { readonly key: string; readonly path: string }[];
  /** Name of the claim of its volume; undefined with a database. */
  readonly claim: pulumi.Input<string> | undefined;
  /** Whether it makes accounts for tasks, by the Kubernetes API. */
  readonly usesApiServer: boolean | pulumi.Output<boolean>;
  /** Audience of its token for that API. */
  readonly apiAudience: pulumi.Input<string>;
}

type PodSpec = kubernetes.types.input.core.v1.PodSpec;
type Probe = kubernetes.types.input.core.v1.Probe;

/** The user that the broker's processes run as; no image has another use for it. */
const user = 65_532;

/** The pods of a broker: of Pod Security `restricted`, with a read-only root file system. */
export function brokerPodSpec(args: BrokerPod): PodSpec {
  const own = workloadPod({
    federation: derive(args.federation, (kind) => kind as FederationKind),
    labels: args.labels,
    serviceAccountName: args.serviceAccountName,
    roleArn: args.roleArn,
    sessionName: derive(args.name, sessionName),
    variables: [],
  });
  const { volumes, mounts } = volumesOf(args);
  const { usesApiServer, apiAudience } = args;
  return {
    ...own.spec,
    securityContext: {
      ...own.spec.securityContext,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
    },
    volumes: derive({ identity: own.spec.volumes, usesApiServer }, (known) => [
      ...known.identity,
      ...volumes,
      ...(known.usesApiServer ? [apiTokenVolume(apiAudience)] : []),
    ]),
    terminationGracePeriodSeconds: 30,
    topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map(
      (topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: args.labels },
      }),
    ),
    containers: [
      {
        name: "broker",
        image: args.image,
        args: ["broker", "--config", `${configurationFolder}/broker.yaml`],
        env: own.container.env,
        ports: [
          { name: "https", containerPort: ports.https },
          { name: "operations", containerPort: ports.operations },
        ],
        volumeMounts: derive({ identity: own.container.volumeMounts, usesApiServer }, (known) => [
          ...known.identity,
          ...mounts,
          ...(known.usesApiServer ? [apiTokenMount] : []),
        ]),
        securityContext: { ...own.container.securityContext, readOnlyRootFilesystem: true },
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

function probe(path: string): Probe {
  return { httpGet: { path, port: "operations" }, timeoutSeconds: 2 };
}

/** Configuration and certificates in one folder, whose files Kubernetes replaces when they change; and what is written to. */
function volumesOf({ configMap, files, tlsSecret, state, claim }: BrokerPod): {
  readonly volumes: kubernetes.types.input.core.v1.Volume[];
  readonly mounts: kubernetes.types.input.core.v1.VolumeMount[];
} {
  const login = state.postgres?.certificateSecret;
  const sources = [
    { configMap: { name: configMap, items: files } },
    { secret: { name: tlsSecret, items: certificateIn("tls") } },
    ...(login === undefined
      ? []
      : [{ secret: { name: login, items: certificateIn(stateFiles.folder) } }]),
  ];
  return {
    volumes: [
      { name: "configuration", projected: { sources } },
      { name: "temporary", emptyDir: { sizeLimit: "64Mi" } },
      ...(claim === undefined
        ? []
        : [{ name: "state", persistentVolumeClaim: { claimName: claim } }]),
    ],
    mounts: [
      { name: "configuration", mountPath: configurationFolder, readOnly: true },
      { name: "temporary", mountPath: "/tmp" },
      ...(claim === undefined ? [] : [{ name: "state", mountPath: sqliteFolder }]),
    ],
  };
}

function certificateIn(folder: string): { readonly key: string; readonly path: string }[] {
  return ["tls.crt", "tls.key"].map((key) => ({ key, path: `${folder}/${key}` }));
}
