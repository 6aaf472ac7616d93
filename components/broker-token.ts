/** Lifetime of the token in seconds; the kubelet renews it after four fifths. */
const expirationSeconds = 600;

const name = "task-broker";

/** Where a container finds the token by which it proves to its tenant's task broker who it is. */
export const brokerTokenMount = {
  name,
  mountPath: "/var/run/secrets/agentid/broker",
  readOnly: true,
};

/** A token for a task broker alone, whose only audience is the broker. */
export function brokerTokenVolume(audience: string) {
  const serviceAccountToken = { audience, expirationSeconds, path: "token" };
  return { name, projected: { sources: [{ serviceAccountToken }] } };
}
