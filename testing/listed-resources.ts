import { CouldNotRun } from "../cli/failure";
import type { Resource, Snapshot } from "../core/snapshot/resource";
import { readSnapshot } from "../engine/snapshot-file";
import { plainCopy, type References } from "./plain-copy";

/** A resource of a list, as a preview would have it. */
export interface ListedResource {
  /** Pulumi type token, such as `kubernetes:batch/v1:Job`. */
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
  /**
   * Its inputs by their names in Pulumi, as plain data. The marks of a saved snapshot are read too: an unknown is
   * `{ $agentid: "unknown", dependsOn: ["cluster"], output: "arn" }`. Default: none.
   */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Known outputs. Default: none. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Another resource of the list: its name, its `TYPE::NAME` where several have the name, or its URN. Default: none. */
  readonly parent?: string;
  /** Its provider, named like `parent`. Default: none. */
  readonly provider?: string;
  /** What else it depends on, each named like `parent`. Default: the resources that its unknown properties depend on. */
  readonly dependsOn?: readonly string[];
  /** Whether it is a component, which the provider does not make. Default false. */
  readonly component?: boolean;
}

/** Project of a list of resources. */
const project = "test";

/**
 * The snapshot of a list of resources.
 *
 * Throws {@link CouldNotRun} where a resource has no type or name, references a resource that is not in the list, or has a
 * property that is no plain data.
 */
export function snapshotOfList(listed: readonly ListedResource[], stack: string): Snapshot {
  const given: unknown = listed;
  if (!Array.isArray(given)) throw new CouldNotRun("`resources` is no list");
  for (const [index, one] of listed.entries()) checkNames(one, index);
  const urns = urnsOf(listed, stack);
  const resources = listed.map((one, index) => resourceOf(one, urns[index] ?? "", listed, urns));
  const read = readSnapshot(
    JSON.stringify({ formatVersion: 1, project, stack, resources, notes: [] }),
  );
  if ("snapshot" in read) return read.snapshot;
  throw new CouldNotRun(read.problem);
}

function checkNames(one: unknown, index: number): void {
  const fields = (typeof one === "object" && one !== null ? one : {}) as Partial<ListedResource>;
  for (const field of ["type", "name"] as const) {
    const text: unknown = fields[field];
    if (typeof text === "string" && text !== "") continue;
    throw new CouldNotRun(`\`${field}\` of resource ${index} is no text`);
  }
}

function resourceOf(
  one: ListedResource,
  urn: string,
  listed: readonly ListedResource[],
  urns: readonly string[],
): unknown {
  const urnFor = (reference: string): string =>
    urns[indexOf(reference, listed, urns, `\`${one.name}\``)] ?? "";
  const copied = Object.entries(one.properties ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const found: References = new Set();
      const copy = plainCopy(value, `\`${key}\` of \`${one.name}\``, urnFor, found);
      return { key, copy, found: [...found] };
    });
  const outputs = plainCopy(one.outputs, `\`outputs\` of \`${one.name}\``, urnFor, new Set());
  const { parent, provider, dependsOn = [] } = one;
  const dependencies = new Set([...dependsOn.map(urnFor), ...copied.flatMap(({ found }) => found)]);
  return {
    urn,
    type: one.type,
    name: one.name,
    custom: one.component !== true,
    ...(parent !== undefined && { parent: urnFor(parent) }),
    ...(provider !== undefined && { provider: urnFor(provider) }),
    inputs: Object.fromEntries(copied.map(({ key, copy }) => [key, copy])),
    ...(outputs !== undefined && { outputs }),
    dependencies: [...dependencies],
    propertyDependencies: Object.fromEntries(
      copied.flatMap(({ key, found }) => (found.length === 0 ? [] : [[key, found]])),
    ),
  } satisfies Record<
    keyof Omit<Resource, "source" | "notInUpdate" | "parent" | "provider" | "outputs">,
    unknown
  >;
}

/** URNs as Pulumi makes them: with the types of the parents. */
function urnsOf(listed: readonly ListedResource[], stack: string): readonly string[] {
  const typeOf = (index: number, below: readonly number[]): string => {
    const one = listed[index];
    if (one === undefined) return "";
    if (below.includes(index)) throw new CouldNotRun(`\`${one.name}\` is a parent of itself`);
    if (one.parent === undefined) return one.type;
    const parent = indexOf(one.parent, listed, [], `\`${one.name}\``);
    return `${typeOf(parent, [...below, index])}$${one.type}`;
  };
  return listed.map(
    ({ name }, index) => `urn:pulumi:${stack}::${project}::${typeOf(index, [])}::${name}`,
  );
}

function indexOf(
  reference: string,
  listed: readonly ListedResource[],
  urns: readonly string[],
  from: string,
): number {
  const found = listed.flatMap(({ type, name }, index) =>
    [name, `${type}::${name}`, urns[index]].includes(reference) ? [index] : [],
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new CouldNotRun(
    only === undefined
      ? `${from} references \`${reference}\`, which is not in the list`
      : `${from} references \`${reference}\`, which ${found.length} resources are called; write \`TYPE::NAME\``,
  );
}
