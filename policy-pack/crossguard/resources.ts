import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import type { Urn, ValueRecord } from "../../core/snapshot/value";
import { hasUnknown, plainProperties, waitingFor, type WaitsFor } from "./plain-values";
import { alwaysHasInputs } from "./required-inputs";
import { withSecretPlaces } from "./secret-places";

/** One list and one object for all resources of which nothing is told. */
const nothing: readonly Urn[] = [];
const noProperties: Resource["propertyDependencies"] = {};

/** A resource as the engine hands it before it is made. What it depends on is not told yet. */
export function resourceToValidate(args: ResourceValidationArgs): Resource {
  const { urn, type, name, opts, provider } = args;
  const inputs = withSecretPlaces(type, plainProperties(args.props));
  return {
    urn,
    type,
    name,
    custom: isCustom(type, provider?.urn),
    ...(opts.parent && { parent: opts.parent }),
    ...(provider && { provider: provider.urn }),
    inputs,
    dependencies: nothing,
    propertyDependencies: noProperties,
    ...(isPassedOver(type, args.props) && { notInUpdate: true }),
  };
}

/**
 * What the engine lists at the end of a preview or update: all that will be or is live.
 *
 * The list has outputs and dependencies; inputs are those handed before. A resource that no one handed before is live
 * but not part of this update: its outputs stand for its inputs, which they repeat.
 */
export function snapshotOf(
  listed: readonly PolicyResource[],
  handed: ReadonlyMap<Urn, Resource>,
): Snapshot {
  const resources = listed.map((resource) => listedResource(resource, handed.get(resource.urn)));
  const [, , stack = "", project = ""] = (listed[0]?.urn ?? "").split(/::?/u);
  return { project, stack, resources, notes: [] };
}

function listedResource(listed: PolicyResource, handed: Resource | undefined): Resource {
  const known = handed === undefined || handed.notInUpdate === true ? undefined : handed.inputs;
  return new ListedResource(listed, known);
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
  readonly #properties: object;
  #outputs: ValueRecord | undefined;

  /** @param inputs those handed before; the outputs where none were, which repeat them */
  constructor(listed: PolicyResource, inputs: ValueRecord | undefined) {
    const { urn, type, name, opts, provider } = listed;
    const parent = listed.parent?.urn ?? opts.parent;
    this.#properties = listed.props;
    this.urn = urn;
    this.type = type;
    this.name = name;
    this.custom = isCustom(type, provider?.urn);
    if (parent) this.parent = parent;
    if (provider) this.provider = provider.urn;
    this.dependencies = urnsOf(listed.dependencies);
    this.propertyDependencies = dependenciesOf(listed);
    this.inputs =
      inputs === undefined
        ? withSecretPlaces(type, this.outputs)
        : withDependencies(inputs, (property) => this.propertyDependencies[property] ?? nothing);
    if (inputs === undefined && isPassedOver(type, listed.props)) this.notInUpdate = true;
  }

  get outputs(): ValueRecord {
    this.#outputs ??= plainProperties(
      this.#properties,
      (property) => this.propertyDependencies[property] ?? [this.urn],
    );
    return this.#outputs;
  }
}

function dependenciesOf({
  propertyDependencies,
}: PolicyResource): Resource["propertyDependencies"] {
  const on = Object.entries(propertyDependencies);
  if (on.length === 0) return noProperties;
  return Object.fromEntries(on.map(([property, resources]) => [property, urnsOf(resources)]));
}

function urnsOf(resources: readonly PolicyResource[]): readonly Urn[] {
  return resources.length === 0 ? nothing : resources.map(({ urn }) => urn);
}

function withDependencies(inputs: ValueRecord, waitsFor: WaitsFor): ValueRecord {
  if (!hasUnknown(inputs)) return inputs;
  return Object.fromEntries(
    Object.entries(inputs).map(([property, value]) => [
      property,
      hasUnknown(value) ? waitingFor(value, waitsFor(property)) : value,
    ]),
  );
}

/** Components have no provider; a provider is a resource of its own. */
function isCustom(type: string, provider: Urn | undefined): boolean {
  return provider !== undefined || type.startsWith("pulumi:providers:");
}

function isPassedOver(type: string, properties: object): boolean {
  return Object.keys(properties).length === 0 && alwaysHasInputs(type);
}
