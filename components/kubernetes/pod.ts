import type * as pulumi from "@pulumi/pulumi";
import { apiTokenMount, apiTokenVolume } from "../manifests/api-token";
import { restrictedContainer, restrictedPod } from "../manifests/pod";
import { federations, type FederationKind } from "../federations/all-federations";
import { derive } from "../arguments/known";
import type {
  EnvironmentVariable,
  Proof,
  ProvenRole,
  TokenMount,
  TokenVolume,
} from "../arguments/pod-parts";

/** What a pod needs to act as its workload: spread the three parts into a pod template. */
export interface WorkloadPod {
  /** Labels of the template; also good as the controller's `matchLabels`. */
  labels: Record<string, pulumi.Input<string>>;
  /** For the pod's `spec`. */
  spec: WorkloadPodSpec;
  /** For each container that acts as the workload. */
  container: WorkloadContainer;
}

/** The part of a pod's `spec` with its identity, accepted by a namespace with Pod Security `restricted`. */
interface WorkloadPodSpec {
  /** The workload's own ServiceAccount. */
  serviceAccountName: pulumi.Input<string>;
  /** Always false: a token for the Kubernetes API is only in `volumes`, and only with `kubernetesPermissions`. */
  automountServiceAccountToken: boolean;
  /** Runs as a user other than root, with the runtime's system call filter. */
  securityContext: PodSecurity;
  /** What proves the identity: with IAM roles for ServiceAccounts, a token that STS alone accepts; with SPIRE, the agent's Workload API; with EKS Pod Identity none. With `kubernetesPermissions` also a token for the Kubernetes API. */
  volumes: TokenVolume[];
}

/** The part of a container by which an AWS SDK finds the token and the role. */
interface WorkloadContainer {
  /**
   * The location of the identity for AWS SDKs; with EKS Pod Identity none, as EKS sets them itself. With `outbound` also the
   * request for STS.
   */
  env: EnvironmentVariable[];
  /** Where the volumes are mounted, read only. */
  volumeMounts: TokenMount[];
  /** Raises no privileges. */
  securityContext: ContainerSecurity;
}

/** What a pod may do to its node. */
interface PodSecurity {
  /** Whether a user other than root is required. */
  runAsNonRoot: boolean;
  /** System call filter. */
  seccompProfile: SeccompProfile;
}

/** A system call filter. */
interface SeccompProfile {
  /** Name of the filter's kind, such as `RuntimeDefault`. */
  type: string;
}

/** What a container may do to its node. */
interface ContainerSecurity {
  /** Whether a process may gain more privileges than its parent. */
  allowPrivilegeEscalation: boolean;
  /** Linux capabilities. */
  capabilities: DroppedCapabilities;
}

/** Linux capabilities taken away. */
interface DroppedCapabilities {
  /** Names of the capabilities, `ALL` for all. */
  drop: string[];
}

/** A workload's identity, for a pod to carry it. */
export interface PodIdentity extends ProvenRole {
  /** How the pod proves the identity; where it is an output, so are the lists in the answer. */
  readonly federation: FederationKind | pulumi.Output<FederationKind>;
  readonly labels: Record<string, pulumi.Input<string>>;
  readonly serviceAccountName: pulumi.Input<string>;
  /** Audience of a token for the Kubernetes API; none where the pod gets no such token. */
  readonly apiAudience?: pulumi.Input<string> | undefined;
  /** Address of the tenant's task broker, which is the audience of a token for it; none where the tenant has no broker whose address is known. */
  readonly brokerIssuer?: pulumi.Input<string | undefined>;
  /** Further variables of each container. */
  readonly variables: readonly EnvironmentVariable[];
}

/** The parts of a pod that acts as a workload. */
export function workloadPod(identity: PodIdentity): WorkloadPod {
  const proof = <K extends keyof Proof>(part: K): Proof[K] =>
    // An output serves as an input as well as the list; only a tenant that is wholly an output makes one.
    derive(
      { kind: identity.federation, brokerIssuer: identity.brokerIssuer },
      ({ kind, brokerIssuer }) =>
        withBroker(withOwn(proofOf(kind, identity), identity), kind, brokerIssuer)[part],
    ) as Proof[K];
  return {
    labels: identity.labels,
    spec: {
      serviceAccountName: identity.serviceAccountName,
      automountServiceAccountToken: false,
      securityContext: restrictedPod,
      volumes: proof("volumes"),
    },
    container: {
      env: proof("env"),
      volumeMounts: proof("volumeMounts"),
      securityContext: restrictedContainer,
    },
  };
}

/** With what the workload needs whatever proves its identity. */
function withOwn(proof: Proof, { apiAudience, variables }: PodIdentity): Proof {
  const env = [...proof.env, ...variables];
  if (apiAudience === undefined) return { ...proof, env };
  return {
    env,
    volumes: [...proof.volumes, apiTokenVolume(apiAudience)],
    volumeMounts: [...proof.volumeMounts, apiTokenMount],
  };
}

/** With what proves the workload to its tenant's task broker; SPIRE gives tokens for any audience. */
function withBroker(proof: Proof, kind: FederationKind, issuer: string | undefined): Proof {
  const { knownBy } = federations[kind];
  if (issuer === undefined || knownBy === "subject") return proof;
  const env = [...proof.env, { name: "AGENTID_BROKER_ISSUER", value: issuer }];
  if (knownBy === "either") return { ...proof, env };
  return {
    env: [
      ...env,
      { name: "AGENTID_BROKER_TOKEN_FILE", value: `${brokerTokenMount.mountPath}/token` },
    ],
    volumes: [...proof.volumes, brokerTokenVolume(issuer)],
    volumeMounts: [...proof.volumeMounts, brokerTokenMount],
  };
}

/** Where a service adds what is needed itself, there is nothing: ours would go before it. */
function proofOf(kind: FederationKind, identity: PodIdentity): Proof {
  const nothing: Proof = { volumes: [], env: [], volumeMounts: [] };
  return { ...nothing, ...federations[kind].proof?.(identity) };
}

/** Lifetime of the token in seconds; the kubelet renews it after four fifths. */
const expirationSeconds = 600;

const name = "task-broker";

/** Where a container finds the token by which it proves to its tenant's task broker who it is. */
const brokerTokenMount = {
  name,
  mountPath: "/var/run/secrets/agentid/broker",
  readOnly: true,
};

/** A token for a task broker alone, whose only audience is the broker. */
function brokerTokenVolume(audience: string) {
  const serviceAccountToken = { audience, expirationSeconds, path: "token" };
  return { name, projected: { sources: [{ serviceAccountToken }] } };
}
