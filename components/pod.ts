import type * as pulumi from "@pulumi/pulumi";
import { stsAudience } from "./documents/trust";

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
  /** Always false: the pod gets no token for the Kubernetes API. */
  automountServiceAccountToken: boolean;
  /** Runs as a user other than root, with the runtime's system call filter. */
  securityContext: PodSecurity;
  /** One volume, with a token that STS alone accepts. */
  volumes: TokenVolume[];
}

/** The part of a container that lets an AWS SDK find the token and the role. */
interface WorkloadContainer {
  /** Role, token file and session name, as AWS SDKs read them. */
  env: EnvironmentVariable[];
  /** Where the token is mounted, read only. */
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
interface EnvironmentVariable {
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

/** A volume with projected tokens. */
interface TokenVolume {
  /** Name of the volume. */
  name: string;
  /** What is in it. */
  projected: ProjectedTokens;
}

/** The tokens of a projected volume. */
interface ProjectedTokens {
  /** One entry a token. */
  sources: TokenSource[];
}

/** An entry of a projected volume. */
interface TokenSource {
  /** A token of the pod's ServiceAccount. */
  serviceAccountToken: ProjectedToken;
}

/** A short-lived token of the pod's ServiceAccount, renewed by the kubelet. */
interface ProjectedToken {
  /** Who accepts the token. */
  audience: string;
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

/** The parts of a pod that acts as a workload. */
export function workloadPod(identity: {
  readonly labels: Record<string, pulumi.Input<string>>;
  readonly serviceAccountName: pulumi.Input<string>;
  readonly roleArn: pulumi.Input<string>;
  readonly sessionName: pulumi.Input<string>;
}): WorkloadPod {
  return {
    labels: identity.labels,
    spec: {
      serviceAccountName: identity.serviceAccountName,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      volumes: [
        {
          name: volumeName,
          projected: {
            sources: [
              {
                serviceAccountToken: {
                  audience: stsAudience,
                  expirationSeconds: tokenSeconds,
                  path: "token",
                },
              },
            ],
          },
        },
      ],
    },
    container: {
      env: [
        { name: "AWS_ROLE_ARN", value: identity.roleArn },
        { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: `${mountPath}/token` },
        // The session's name is what CloudTrail shows beside the role.
        { name: "AWS_ROLE_SESSION_NAME", value: identity.sessionName },
      ],
      volumeMounts: [{ name: volumeName, mountPath, readOnly: true }],
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  };
}
