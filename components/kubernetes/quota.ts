import { argumentError, fitting } from "../arguments/argument-error";

/** The limits of a tenant's namespace. */
export interface Quota {
  /** Most pods at a time, 1 to 1000000. Default: 50. */
  pods?: number;
  /** Most processors of all pods together, such as `8` or `500m`; each container then needs a request. Default: no limit. */
  cpu?: string;
  /** Most memory of all pods together, such as `16Gi`; each container then needs a limit. Default: no limit. */
  memory?: string;
}

const defaultPods = 50;
const mostPods = 1_000_000;

/** A quantity of Kubernetes. Source: kubernetes.io, resource quantity. */
const quantities = /^[0-9]{1,15}(?:\.[0-9]{1,9})?(?:m|[kKMGTPE]i?)?$/;

/** The `hard` limits of a ResourceQuota, or an error that names `subject`. */
export function readQuota(subject: string, quota: Quota): Record<string, string> {
  const { pods = defaultPods, cpu, memory } = quota;
  if (!Number.isInteger(pods) || pods < 1 || pods > mostPods) {
    throw argumentError(
      subject,
      `quota.pods is \`${pods}\`; give a whole number from 1 to ${mostPods}`,
    );
  }
  if (cpu !== undefined) fitting(subject, "quota.cpu", cpu, quantities, "a quantity such as `8`");
  if (memory !== undefined) {
    fitting(subject, "quota.memory", memory, quantities, "a quantity such as `16Gi`");
  }
  return {
    pods: String(pods),
    // Pods accept traffic only from within the namespace, so that outside endpoints lead nowhere.
    "services.loadbalancers": "0",
    "services.nodeports": "0",
    ...(cpu !== undefined && { "requests.cpu": cpu }),
    ...(memory !== undefined && { "limits.memory": memory }),
  };
}
