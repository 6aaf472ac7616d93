import type { Urn } from "../snapshot/value";

/** Starts the stand-in for a tenant that is not known; no tag or label can hold it. */
const prefix = "\u0000";

/** Stands for a tenant that is not known yet: what waits for the same may be of the same tenant. */
export function standInFor(waitsFor: readonly Urn[]): string {
  return prefix + [...waitsFor].sort().join(" ");
}

/** The tenant's name, or undefined for the stand-in of one that is not known. */
export function knownTenant(tenant: string): string | undefined {
  return tenant.startsWith(prefix) ? undefined : tenant;
}
