import type { ValueRecord } from "../../../../core/snapshot/value";

/** A release of Helm as an object: it has its name and namespace beside its chart. */
export function releaseBody({ namespace = null, name = null }: ValueRecord): ValueRecord {
  return { metadata: { ...(namespace !== null && { namespace }), name } };
}

/** Whether a resource is a chart that Pulumi releases or renders. */
export function isRelease(type: string): boolean {
  return type.startsWith("kubernetes:helm.sh/");
}
