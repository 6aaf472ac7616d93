const name = "kubernetes-api";

/**
 * The folder in which clients of the Kubernetes API look, with the files that the API server would put there itself.
 * Source: https://kubernetes.io/docs/concepts/storage/projected-volumes/ and https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/.
 */
const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Lifetime of the token in seconds; the kubelet renews it after four fifths. */
const expirationSeconds = 3600;

const namespace = { apiVersion: "v1", fieldPath: "metadata.namespace" };

/** Where a container finds the token for the Kubernetes API. */
export const apiTokenMount = { name, mountPath, readOnly: true };

/** A token only for the Kubernetes API, with the files by which clients find the API server and their namespace. */
export function apiTokenVolume<V>(audience: V) {
  const sources = [
    { serviceAccountToken: { audience, expirationSeconds, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    { downwardAPI: { items: [{ path: "namespace", fieldRef: namespace }] } },
  ];
  return { name, projected: { sources } };
}
