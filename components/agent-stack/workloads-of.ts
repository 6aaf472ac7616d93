import type { ManifestTenant } from "./manifest-shape";

/** The fields of a tenant with workloads. */
export const workloadFields = ["orchestrators", "agents", "tools", "legacyTools"] as const;
/** A field of a tenant with workloads. */
export type WorkloadField = (typeof workloadFields)[number];

/** Name of the resources of a workload in the stack. */
export function resourceName(tenant: string, workload: string): string {
  return `${tenant}-${workload}`;
}

/** A workload by its field and its name. */
type Listed = {
  [F in WorkloadField]: {
    readonly field: F;
    readonly name: string;
    readonly declared: NonNullable<ManifestTenant[F]>[string];
  };
}[WorkloadField];

/** The workloads of a tenant, tools first, since grants name them. */
export function workloadsOf(tenant: ManifestTenant): readonly Listed[] {
  return [
    ...listedIn("legacyTools", tenant.legacyTools),
    ...listedIn("tools", tenant.tools),
    ...listedIn("agents", tenant.agents),
    ...listedIn("orchestrators", tenant.orchestrators),
  ];
}

function listedIn<F extends WorkloadField, D>(field: F, declared: Record<string, D> | undefined) {
  return Object.entries(declared ?? {}).map(
    ([name, workload]) => ({ field, name, declared: workload }) as const,
  );
}
