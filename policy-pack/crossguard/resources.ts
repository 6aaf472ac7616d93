import type { Resource, Snapshot } from "../../core/snapshot/resource";
import type { Urn, ValueRecord } from "../../core/snapshot/value";
import { hasUnknown, waitingFor, type DependsOn } from "./plain-values";
import { alwaysHasInputs } from "./required-inputs";
import { withSecretPlaces } from "./secret-places";

/** A resource as the engine hands it, before it is made or in the list at the end, by whichever server. */
export interface Handed {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string;
  readonly parent?: Urn;
  /** URN of its provider; components have none. */
  readonly provider?: Urn;
  /** Whether it has no properties at all. */
  readonly isEmpty: boolean;
  /** Its properties with what is unknown in them marked, read anew at each call. */
  readonly properties: (dependsOn: DependsOn) => ValueRecord;
}

/** A resource in the list at the end. */
export interface Listed extends Handed {
  readonly dependencies: readonly Urn[];
  readonly propertyDependencies: Resource["propertyDependencies"];
}

/** One list and one object for all resources of which nothing is told. */
const nothing: readonly Urn[] = [];
const noProperties: Resource["propertyDependencies"] = {};

/** A resource as the engine hands it before it is made. What it depends on is not told yet. */
export function resourceToValidate(handed: Handed): Resource {
  const { urn, type, name, parent, provider } = handed;
  return {
    urn,
    type,
    name,
    custom: isCustom(handed),
    ...(parent && { parent }),
    ...(provider && { provider }),
    inputs: withSecretPlaces(
      type,
      handed.properties(() => nothing),
    ),
    dependencies: nothing,
    propertyDependencies: noProperties,
    ...(isPassedOver(handed) && { notInUpdate: true }),
  };
}

/**
 * What the engine lists at the end of a preview or update: all that will be or is live.
 *
 * The list has outputs and dependencies; inputs are those handed before. A resource that no one handed before is live
 * but not part of this update: its outputs stand for its inputs, which they repeat.
 */
export function snapshotOf(listed: Iterable<Listed>, handed: ReadonlyMap<Urn, Resource>): Snapshot {
  const resources = Array.from(
    listed,
    (each) => new ListedResource(each, inputsOf(handed.get(each.urn))),
  );
  const [, , stack = "", project = ""] = (resources[0]?.urn ?? "").split(/::?/u);
  return { project, stack, resources, notes: [] };
}

function inputsOf(handed: Resource | undefined): ValueRecord | undefined {
  return handed?.notInUpdate === true ? undefined : handed?.inputs;
}

/**
 * A resource of the list, of which the outputs are read once somebody looks at them: most are never looked at.
 *
 * All have one shape: objects with getters of their own would each be a table.
 */
class ListedResource implements Resource {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  declare readonly parent?: Urn;
  declare readonly provider?: Urn;
  readonly inputs: ValueRecord;
  readonly dependencies: readonly Urn[];
  readonly propertyDependencies: Resource["propertyDependencies"];
  declare readonly notInUpdate?: boolean;
  readonly #properties: Listed["properties"];
  #outputs: ValueRecord | undefined;

  /** @param inputs those handed before; the outputs where none were, which repeat them */
  constructor(listed: Listed, inputs: ValueRecord | undefined) {
    const { urn, type, name, parent, provider } = listed;
    this.#properties = listed.properties;
    this.urn = urn;
    this.type = type;
    this.name = name;
    this.custom = isCustom(listed);
    if (parent) this.parent = parent;
    if (provider) this.provider = provider;
    this.dependencies = listed.dependencies;
    this.propertyDependencies = listed.propertyDependencies;
    this.inputs =
      inputs === undefined
        ? withSecretPlaces(type, this.outputs)
        : withDependencies(inputs, (property) => this.#dependsOn(property) ?? nothing);
    if (inputs === undefined && isPassedOver(listed)) this.notInUpdate = true;
  }

  get outputs(): ValueRecord {
    this.#outputs ??= this.#properties((property) => this.#dependsOn(property) ?? [this.urn]);
    return this.#outputs;
  }

  #dependsOn(property: string): readonly Urn[] | undefined {
    const { propertyDependencies: on } = this;
    return Object.hasOwn(on, property) ? on[property] : undefined;
  }
}

function withDependencies(inputs: ValueRecord, dependsOn: DependsOn): ValueRecord {
  if (!hasUnknown(inputs)) return inputs;
  return Object.fromEntries(
    Object.entries(inputs).map(([property, value]) => [
      property,
      hasUnknown(value) ? waitingFor(value, dependsOn(property)) : value,
    ]),
  );
}

/** Components have no provider; a provider is a resource of its own. */
function isCustom({ type, provider }: Handed): boolean {
  return provider !== undefined || type.startsWith("pulumi:providers:");
}

function isPassedOver({ type, isEmpty }: Handed): boolean {
  return isEmpty && alwaysHasInputs(type);
}
