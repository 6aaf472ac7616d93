import { isDeepStrictEqual } from "node:util";
import type { Resource, Snapshot } from "../../../core/snapshot/resource";
import { isRecord, type Value } from "../../../core/snapshot/value";
import awsReplacing from "../../../tools/stand-ins/aws/replacing.json";

/** What an update between two previews does. */
export interface Changes {
  /** URNs of what it makes. */
  readonly created: readonly string[];
  /** URNs of what it deletes. */
  readonly deleted: readonly string[];
  /** Of what it changes in place, the inputs that change. */
  readonly updated: Readonly<Record<string, readonly string[]>>;
  /** Of what it deletes and makes again, the inputs that cannot be changed. */
  readonly replaced: Readonly<Record<string, readonly string[]>>;
}

/**
 * What the Kubernetes provider replaces an object for, whatever its kind, and for a binding what the API server refuses to change.
 * Source: pulumi-kubernetes, provider/pkg/provider/diff.go; kubernetes.io, RBAC, RoleBinding.
 */
const kubernetesReplacing = [
  "apiVersion",
  "kind",
  "metadata.name",
  "metadata.namespace",
  "roleRef",
];

/**
 * Inputs for which a type's resources are replaced. Source: terraform-provider-aws, the properties with `ForceNew` or
 * `RequiresReplace` in the schema of each resource.
 */
const replacing: Readonly<Record<string, readonly string[]>> = awsReplacing;

/** What an update does that goes from what one preview shows to what another does. */
export function changesBetween(before: Snapshot, after: Snapshot): Changes {
  const was = byUrn(before);
  const is = byUrn(after);
  const changed = [...was].flatMap(([urn, old]) => {
    const now = is.get(urn);
    const inputs = now === undefined ? [] : changedInputs(old, now);
    return inputs.length === 0 ? [] : [{ urn, inputs, forcing: forcing(old, inputs) }];
  });
  return {
    created: [...is.keys()].filter((urn) => !was.has(urn)).sort(),
    deleted: [...was.keys()].filter((urn) => !is.has(urn)).sort(),
    updated: Object.fromEntries(
      changed
        .filter((one) => one.forcing.length === 0)
        .map(({ urn, inputs }) => [urn, inputs.map(([input = ""]) => input)]),
    ),
    replaced: Object.fromEntries(
      changed.filter((one) => one.forcing.length > 0).map((one) => [one.urn, one.forcing]),
    ),
  };
}

/** Resources by the end of their URNs: the types of their parents and their own, and their name. */
function byUrn({ resources }: Snapshot): ReadonlyMap<string, Resource> {
  return new Map(resources.map((one) => [one.urn.split("::").slice(2).join("::"), one]));
}

/** Inputs that are not the same, each followed by the properties in it that are not. */
function changedInputs(old: Resource, now: Resource): readonly (readonly string[])[] {
  const keys = new Set([...Object.keys(old.inputs), ...Object.keys(now.inputs)]);
  return [...keys].sort().flatMap((key) => {
    const [before, after] = [old.inputs[key], now.inputs[key]];
    if (isDeepStrictEqual(before, after)) return [];
    return [[key, ...changedParts(before, after).map((part) => `${key}.${part}`)]];
  });
}

function changedParts(before: Value | undefined, after: Value | undefined): readonly string[] {
  if (!isRecord(before) || !isRecord(after)) return [];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key]));
}

/** Of the inputs that change, those for which the provider replaces the resource. */
function forcing({ type, custom }: Resource, inputs: readonly (readonly string[])[]): string[] {
  if (!custom) return [];
  const known = type.startsWith("kubernetes:") ? kubernetesReplacing : replacing[type];
  if (known === undefined) {
    throw new Error(
      `say in tools/stand-ins/aws/replacing.json for which inputs \`${type}\` is replaced`,
    );
  }
  return inputs.flat().filter((input) => known.includes(input));
}
