import { knownString, readThrough } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import { isRecord } from "../../../../core/snapshot/value";

/** Whether one of our workloads proves who it is by a kind of federation, as far as its declaration is known. */
export function isProvenBy({ inputs }: Resource, kind: string): boolean {
  return readThrough(inputs, ...federationPath(inputs), kind).kind === "present";
}

/** Whether one of a tenant's federations may be of a kind, by the reference that a component of it has. */
export function mayHaveFederation(inputs: Resource["inputs"], kind: string): boolean {
  const isThere = (...path: readonly string[]): boolean =>
    readThrough(inputs, "tenant", ...path, kind).kind !== "absent";
  const names = federationNames(inputs);
  return names === undefined
    ? isThere("federation")
    : names.some((name) => isThere("federations", name));
}

/** Where a workload's federation is: the one that it names, the only one of several, or the one without a name. */
export function federationPath(inputs: Resource["inputs"]): readonly string[] {
  const names = federationNames(inputs);
  if (names === undefined) return ["tenant", "federation"];
  const name = knownString(inputs, "federation") ?? (names.length === 1 ? names[0] : undefined);
  return ["tenant", "federations", ...(name === undefined ? [] : [name])];
}

/** Names of a tenant's federations; undefined where it has one without a name, or they are not known. */
function federationNames(inputs: Resource["inputs"]): readonly string[] | undefined {
  const found = readThrough(inputs, "tenant", "federations");
  return found.kind === "present" && isRecord(found.value) ? Object.keys(found.value) : undefined;
}
