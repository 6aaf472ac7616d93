import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { FederationKind } from "../federations/all-federations";
import { derive } from "../arguments/known";
import { sessionName } from "../arguments/naming";
import { workloadPod } from "../kubernetes/pod";
import { brokerMounts, brokerPodSpec, brokerVolumes, containerPorts } from "../manifests/pod";
import type { TaskBrokerDeploymentArgs } from "./deployment-arguments";

/** What a broker's pods are made from. */
export interface BrokerPod extends Pick<TaskBrokerDeploymentArgs, "image" | "state" | "limits"> {
  readonly tlsSecret: pulumi.Input<string>;
  /** The port for mutual TLS; undefined where there is none. */
  readonly mtlsPort: pulumi.Input<number | undefined>;
  readonly labels: Record<string, pulumi.Input<string>>;
  readonly name: pulumi.Input<string>;
  readonly roleArn: pulumi.Input<string>;
  readonly federation: pulumi.Input<string>;
  readonly serviceAccountName: pulumi.Input<string>;
  readonly configMap: pulumi.Input<string>;
  /** Paths of its files. */
  readonly files: readonly string[];
  /** Name of the claim of its volume; undefined with a database. */
  readonly claim: pulumi.Input<string> | undefined;
  /** Whether it makes accounts for tasks, by the Kubernetes API. */
  readonly usesApiServer: boolean | pulumi.Output<boolean>;
  /** Audience of its token for that API. */
  readonly apiAudience: pulumi.Input<string>;
}

/** The pods of a broker, whose volumes are known once it is known how they prove themselves. */
export function podOf(args: BrokerPod): kubernetes.types.input.core.v1.PodSpec {
  const { labels, serviceAccountName, usesApiServer, claim } = args;
  const { spec, container } = workloadPod({
    federation: derive(args.federation, (kind) => kind as FederationKind),
    labels,
    serviceAccountName,
    roleArn: args.roleArn,
    sessionName: derive(args.name, sessionName),
    variables: [],
  });
  return brokerPodSpec({
    image: args.image,
    labels,
    serviceAccountName,
    env: container.env,
    ports: derive(args.mtlsPort, containerPorts),
    drainSeconds: args.limits?.drainSeconds,
    volumes: derive({ identity: spec.volumes, usesApiServer }, (known) =>
      brokerVolumes<pulumi.Input<string>, (typeof known.identity)[number]>({
        ...args,
        ...known,
        loginSecret: args.state.postgres?.certificateSecret,
      }),
    ),
    volumeMounts: derive({ identity: container.volumeMounts, usesApiServer }, (known) =>
      brokerMounts(known.identity, {
        hasClaim: claim !== undefined,
        usesApiServer: known.usesApiServer,
      }),
    ),
  });
}
