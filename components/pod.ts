import type * as pulumi from "@pulumi/pulumi";
import { apiTokenMount, apiTokenVolume } from "./api-token";
import { brokerTokenMount, brokerTokenVolume } from "./broker-token";
import { stsAudience } from "./documents/trust";
import type { FederationKind } from "./federation";
import { derive } from "./known";

/** What a pod needs to act as its workload: spread the three parts into a pod template. */
export interface WorkloadPod {
  /** Labels of the template; also good as the controller's `matchLabels`. */
  labels: Record<string, pulumi.Input<string>>;
  /** For the pod's `spec`. */
  spec: WorkloadPodSpec;
  /** For each container that acts as the workload. */
  container: WorkloadContainer;
}

/** The part of a pod's `spec` that gives it its identity and lets a namespace with Pod Security `restricted` accept it. */
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

/** The part of a container that lets an AWS SDK find the token and the role. */
interface WorkloadContainer {
  /** Where AWS SDKs find the identity; with EKS Pod Identity none, as EKS sets them itself. With `outbound` also what to ask STS for. */
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

/** An environment variable. */
export interface EnvironmentVariable {
  /** Name of the variable. */
  name: string;
  /** Value of the variable. */
  value: pulumi.Input<string>;
}

/** Where a volume appears in a container. */
interface TokenMount {
  /** Name of the volume. */
  name: string;
  /** Folder in the container. */
  mountPath: string;
  /** Whether the container may not write. */
  readOnly: boolean;
}

/** A volume by which a pod proves its identity, or finds the key of a legacy platform; filled by exactly one of `projected`, `csi` and `secret`. */
interface TokenVolume {
  /** Name of the volume. */
  name: string;
  /** Tokens that are in it, and what belongs to them. */
  projected?: ProjectedTokens;
  /** The driver that fills it. */
  csi?: CsiVolume;
  /** The Secret whose keys are its files. */
  secret?: SecretVolume;
}

/** A volume that a Secret fills. */
interface SecretVolume {
  /** Name of the Secret. */
  secretName: pulumi.Input<string>;
}

/** A volume that a CSI driver fills. */
interface CsiVolume {
  /** Name of the driver. */
  driver: string;
  /** Whether the pod may not write. */
  readOnly: boolean;
}

/** What is in a projected volume. */
interface ProjectedTokens {
  /** One entry for each thing in it. */
  sources: TokenSource[];
}

/** An entry of a projected volume; it has exactly one of these. */
interface TokenSource {
  /** A token of the pod's ServiceAccount. */
  serviceAccountToken?: ProjectedToken;
  /** Values of a ConfigMap. */
  configMap?: ProjectedConfigMap;
  /** What the pod knows of itself. */
  downwardAPI?: ProjectedFields;
}

/** Values of a ConfigMap as files. */
interface ProjectedConfigMap {
  /** Name of the ConfigMap. */
  name: string;
  /** One entry a file. */
  items: ProjectedKey[];
}

/** A value of a ConfigMap as a file. */
interface ProjectedKey {
  /** Key of the value. */
  key: string;
  /** File in the volume. */
  path: string;
}

/** What a pod knows of itself as files. */
interface ProjectedFields {
  /** One entry a file. */
  items: ProjectedField[];
}

/** A field of a pod as a file. */
interface ProjectedField {
  /** File in the volume. */
  path: string;
  /** The field. */
  fieldRef: FieldReference;
}

/** A field of a pod. */
interface FieldReference {
  /** Version of the API that names the field. */
  apiVersion: string;
  /** Path of the field. */
  fieldPath: string;
}

/** A short-lived token of the pod's ServiceAccount, renewed by the kubelet. */
interface ProjectedToken {
  /** Who accepts the token. */
  audience: pulumi.Input<string>;
  /** Lifetime in seconds. */
  expirationSeconds: number;
  /** File in the volume. */
  path: string;
}

/** Lifetime of a projected token in seconds; the kubelet renews it after four fifths. */
export const tokenSeconds = 3600;

/**
 * Volume and folder have the names that the EKS Pod Identity webhook uses, so that it adds no token of its own, which
 * would last 24 hours. Source: github.com/aws/amazon-eks-pod-identity-webhook, pkg/handler/handler.go.
 */
const volumeName = "aws-iam-token";
const mountPath = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

/** A workload's identity, for a pod to carry it. */
export interface PodIdentity {
  /** How the pod proves the identity; where it is an output, so are the lists in the answer. */
  readonly federation: FederationKind | pulumi.Output<FederationKind>;
  readonly labels: Record<string, pulumi.Input<string>>;
  readonly serviceAccountName: pulumi.Input<string>;
  readonly roleArn: pulumi.Input<string>;
  readonly sessionName: pulumi.Input<string>;
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
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      volumes: proof("volumes"),
    },
    container: {
      env: proof("env"),
      volumeMounts: proof("volumeMounts"),
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  };
}

/** What a pod proves its identity with. */
interface Proof {
  readonly volumes: TokenVolume[];
  readonly env: EnvironmentVariable[];
  readonly volumeMounts: TokenMount[];
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
  if (issuer === undefined || !(isByAccount(kind) || kind === "spiffe")) return proof;
  const env = [...proof.env, { name: "AGENTID_BROKER_ISSUER", value: issuer }];
  if (!isByAccount(kind)) return { ...proof, env };
  return {
    env: [
      ...env,
      { name: "AGENTID_BROKER_TOKEN_FILE", value: `${brokerTokenMount.mountPath}/token` },
    ],
    volumes: [...proof.volumes, brokerTokenVolume(issuer)],
    volumeMounts: [...proof.volumeMounts, brokerTokenMount],
  };
}

function isByAccount(kind: FederationKind): boolean {
  return kind === "eksIrsa" || kind === "eksPodIdentity";
}

function proofOf(kind: FederationKind, identity: PodIdentity): Proof {
  switch (kind) {
    case "eksIrsa":
      return tokenProof(identity);
    case "eksPodIdentity":
    case "ecs":
    case "lambda":
    case "agentCore":
      // The service adds what is needed itself; ours would go before it.
      return { volumes: [], env: [], volumeMounts: [] };
    case "spiffe":
      return spiffeProof(identity);
    case "github":
    case "gitlab":
    case "oidc":
    case "rolesAnywhere":
      // Where the token comes from is the runner's to say.
      return { volumes: [], env: roleVariables(identity), volumeMounts: [] };
  }
}

function tokenProof(identity: PodIdentity): Proof {
  const serviceAccountToken = {
    audience: stsAudience,
    expirationSeconds: tokenSeconds,
    path: "token",
  };
  return {
    volumes: [{ name: volumeName, projected: { sources: [{ serviceAccountToken }] } }],
    env: [
      { name: "AWS_ROLE_ARN", value: identity.roleArn },
      { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: `${mountPath}/token` },
      // The session's name is what CloudTrail shows beside the role.
      { name: "AWS_ROLE_SESSION_NAME", value: identity.sessionName },
    ],
    volumeMounts: [{ name: volumeName, mountPath, readOnly: true }],
  };
}

/** The Workload API, by the SPIFFE CSI driver. Source: github.com/spiffe/spiffe-csi; SPIFFE Workload Endpoint, section 4. */
function spiffeProof(identity: PodIdentity): Proof {
  const name = "spiffe-workload-api";
  return {
    volumes: [{ name, csi: { driver: "csi.spiffe.io", readOnly: true } }],
    env: [
      ...roleVariables(identity),
      { name: "SPIFFE_ENDPOINT_SOCKET", value: `unix:///${name}/spire-agent.sock` },
    ],
    volumeMounts: [{ name, mountPath: `/${name}`, readOnly: true }],
  };
}

function roleVariables({ roleArn, sessionName }: PodIdentity): EnvironmentVariable[] {
  return [
    { name: "AWS_ROLE_ARN", value: roleArn },
    { name: "AWS_ROLE_SESSION_NAME", value: sessionName },
  ];
}
