import { parseAllDocuments } from "yaml";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import { Unknown, type Urn, type ValueRecord } from "../../core/snapshot/value";

/** A test's data on a resource besides type, name and inputs. */
type Options = Partial<Omit<Resource, "type" | "name" | "inputs">>;

/** A resource of a made-up stack. */
export function resource(
  type: string,
  name: string,
  inputs: ValueRecord,
  options: Options = {},
): Resource {
  return {
    urn: urnOf(type, name),
    type,
    name,
    custom: true,
    inputs,
    dependencies: [],
    propertyDependencies: {},
    ...options,
  };
}

/** The URN that {@link resource} gives. */
export function urnOf(type: string, name: string): Urn {
  return `urn:pulumi:dev::desk::${type}::${name}`;
}

/** A value that waits for an output of resources, as a preview has it. */
export function outputOf(...urns: readonly Urn[]): Unknown {
  return new Unknown(urns);
}

/** The resources of a YAML text of Kubernetes objects, named `namespace/name` or by the given names. */
export function manifest(text: string): readonly Resource[] {
  return parseAllDocuments(text).map((document) => {
    const object = document.toJS() as {
      readonly apiVersion: string;
      readonly kind: string;
      readonly metadata?: { readonly namespace?: string; readonly name?: string };
    };
    const { namespace, name = "unnamed" } = object.metadata ?? {};
    const group = object.apiVersion.includes("/") ? object.apiVersion : `core/${object.apiVersion}`;
    return resource(
      `kubernetes:${group}:${object.kind}`,
      namespace === undefined ? name : `${namespace}/${name}`,
      object,
    );
  });
}

/** A snapshot of resources. */
export function snapshotOf(resources: readonly Resource[]): Snapshot {
  return { project: "desk", stack: "dev", resources, notes: [] };
}
