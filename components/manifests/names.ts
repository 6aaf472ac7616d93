/** Name of what a workload has in Kubernetes beside its ServiceAccount; as long names as these may get fit there. */
export function objectName(tenant: string, workload: string): string {
  return `${tenant}.${workload}`;
}

/** Name of a workload's sessions, which STS requires to be 2 to 64 characters long. Source: STS API, AssumeRole. */
export function sessionName(workload: string): string {
  return workload.length < 2 ? `${workload}-session` : workload;
}

/** Name of an object. Source: kubernetes.io, object names, DNS subdomain names. */
export const objectNames =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** Container images. */
export const imageNames = /^[a-z0-9][a-zA-Z0-9._:/@-]{0,1023}$/;
