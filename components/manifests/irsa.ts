import { stsAudience } from "../../core/token-trust";

/** Lifetime of the token in seconds; the kubelet renews it after four fifths. */
const expirationSeconds = 3600;

/**
 * Volume and folder have the names that the EKS Pod Identity webhook uses, so that it adds no token of its own, which
 * would last 24 hours. Source: github.com/aws/amazon-eks-pod-identity-webhook, pkg/handler/handler.go.
 */
const name = "aws-iam-token";
const mountPath = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

/** A role, and what CloudTrail shows beside it. */
interface Role<V> {
  readonly roleArn: V;
  readonly sessionName: V;
}

/** How a pod proves its ServiceAccount to AWS, to assume a role by IAM roles for ServiceAccounts. */
export function irsaProof<V>({ roleArn, sessionName }: Role<V>) {
  const serviceAccountToken = { audience: stsAudience, expirationSeconds, path: "token" };
  return {
    volumes: [{ name, projected: { sources: [{ serviceAccountToken }] } }],
    env: [
      { name: "AWS_ROLE_ARN", value: roleArn },
      { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: `${mountPath}/token` },
      { name: "AWS_ROLE_SESSION_NAME", value: sessionName },
    ],
    volumeMounts: [{ name, mountPath, readOnly: true }],
  };
}

/** Annotations of a ServiceAccount by which EKS gives its pods a role. */
export function irsaAnnotations<V>(roleArn: V) {
  return {
    "eks.amazonaws.com/role-arn": roleArn,
    // Pods that do not use our volume get the webhook's token, which would last 24 hours.
    "eks.amazonaws.com/token-expiration": String(expirationSeconds),
  };
}
