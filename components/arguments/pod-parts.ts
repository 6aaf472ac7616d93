import type * as pulumi from "@pulumi/pulumi";

/** An environment variable. */
export interface EnvironmentVariable {
  /** Name of the variable. */
  name: string;
  /** Value of the variable. */
  value: pulumi.Input<string>;
}

/** Where a volume appears in a container. */
export interface TokenMount {
  /** Name of the volume. */
  name: string;
  /** Folder in the container. */
  mountPath: string;
  /** Whether the container may not write. */
  readOnly: boolean;
}

/** A volume by which a pod proves its identity, or finds the key of a legacy platform; filled by exactly one of `projected`, `csi` and `secret`. */
export interface TokenVolume {
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
  /** The downward API of the pod. */
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

/** The downward API of a pod as files. */
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

/** What a pod or another process proves its identity with; of a process outside Kubernetes the variables alone. */
export interface Proof {
  readonly volumes: TokenVolume[];
  readonly env: EnvironmentVariable[];
  readonly volumeMounts: TokenMount[];
}

/** The role as which what proves an identity acts. */
export interface ProvenRole {
  readonly roleArn: pulumi.Input<string>;
  /** What CloudTrail shows beside the role. */
  readonly sessionName: pulumi.Input<string>;
}

/** Variables by which AWS SDKs find a role; another part provides the token. */
export function roleVariables({ roleArn, sessionName }: ProvenRole): EnvironmentVariable[] {
  return [
    { name: "AWS_ROLE_ARN", value: roleArn },
    { name: "AWS_ROLE_SESSION_NAME", value: sessionName },
  ];
}
