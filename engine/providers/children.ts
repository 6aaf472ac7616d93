import { createHash } from "node:crypto";
import { knownString, read } from "../../core/snapshot/read";
import type { Resource, SnapshotNote } from "../../core/snapshot/resource";
import { RESOURCE, SIGNATURE_KEY } from "../../core/snapshot/signatures";
import { Unknown, type Urn, type Value, type ValueRecord } from "../../core/snapshot/value";

/** What a component of a package of Pulumi makes that carries an identity, and what a program sees of it. */
export interface Expanded {
  readonly children: readonly Resource[];
  readonly notes: readonly SnapshotNote[];
  readonly outputs: ValueRecord;
  /** Whose outputs each of its own is made of. */
  readonly from: Readonly<Record<string, readonly Urn[]>>;
}

/** Where children of the component are registered. */
export interface Place {
  /** The URN of a child. */
  readonly urnOf: (parent: Urn, type: string, name: string) => Urn;
  /** The provider of the children in AWS. */
  readonly provider: Urn;
}

/** Where children are registered that depend on resources before them. */
export interface FindingPlace extends Place {
  /** A resource that is registered already. */
  readonly find: (urn: Urn) => Resource | undefined;
}

/** A child of a component, as its plugin registers it. */
export function made(
  component: Resource,
  place: Place,
  parent: Urn,
  type: string,
  name: string,
  inputs: ValueRecord,
): Resource {
  const propertyDependencies = fromOf(inputs);
  return {
    urn: place.urnOf(parent, type, name),
    type,
    name,
    custom: true,
    parent,
    provider: place.provider,
    inputs,
    dependencies: [...new Set(Object.values(propertyDependencies).flat())],
    propertyDependencies,
    ...(component.source === undefined ? {} : { source: component.source }),
  };
}

/** The hash by which Pulumi's component packages name their children: the first eight digits of SHA-1. */
export function nameHash(text: string): string {
  return createHash("sha1").update(text).digest("hex").slice(0, 8);
}

/** An output of a resource, which is not known before it is made. */
export function output({ urn }: Resource, name?: string): Unknown {
  return new Unknown([urn], false, name);
}

/** A resource as the value of an output. */
export function referenceTo({ urn }: Resource): ValueRecord {
  return { [SIGNATURE_KEY]: RESOURCE, urn, id: "" };
}

/** Those resources that there are, each as the value of an output. */
export function referring(resources: Readonly<Record<string, Resource | undefined>>): ValueRecord {
  return Object.fromEntries(
    Object.entries(resources).flatMap(([key, resource]) =>
      resource === undefined ? [] : [[key, referenceTo(resource)] as const],
    ),
  );
}

/** What the unknown values of each property wait for. */
export function fromOf(values: ValueRecord): Readonly<Record<string, readonly Urn[]>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const urns = [...new Set(dependenciesIn(value))];
      return urns.length === 0 ? [] : [[key, urns] as const];
    }),
  );
}

/** What the unknown values in a value wait for. */
export function dependenciesIn(value: Value): readonly Urn[] {
  if (value instanceof Unknown) return value.dependsOn;
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap((each) => dependenciesIn(each as Value));
}

/** Properties that the component hands on as they are. */
export function copied(from: Value | undefined, ...properties: readonly string[]): ValueRecord {
  return Object.fromEntries(
    properties.flatMap((property) => {
      const value = valueAt(from, property);
      return value === undefined ? [] : [[property, value] as const];
    }),
  );
}

/** The value at a path; undefined where there is none. */
export function valueAt(from: Value | undefined, ...path: readonly string[]): Value | undefined {
  const found = read(from, ...path);
  if (found.kind === "unknown") return found.leftOut ?? new Unknown(found.dependsOn);
  return found.kind === "present" ? found.value : knownString(from, ...path);
}

/** Nothing, where it does not follow from a property what is made. */
export function opaque(
  { urn, type, source }: Resource,
  property: string,
  why = "is not known before other resources are made",
): Expanded {
  const note: SnapshotNote = {
    kind: "opaque-component",
    message: `\`${property}\` of \`${type}\` ${why}: what it makes was not judged`,
    urn,
    ...(source === undefined ? {} : { source }),
  };
  return { children: [], notes: [note], outputs: {}, from: {} };
}
