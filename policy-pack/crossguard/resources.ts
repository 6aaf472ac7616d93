import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import type { Urn, ValueRecord } from "../../core/snapshot/value";
import { hasUnknown, plainProperties, dependingOn, type DependsOn } from "./plain-values";
import { alwaysHasInputs } from "./required-inputs";
import { withSecretPlaces } from "./secret-places";

/** One list and one object for all resources without data. */
const nothing: readonly Urn[] = [];
const noProperties: Resource["propertyDependencies"] = {};

/** A resource as the SDK of policies passes it before it is created. Its dependencies are not known yet. */
export function resourceToValidate(args: ResourceValidationArgs): Resource {
  const { urn, type, name, opts, provider, props } = args;
  return {
    urn,
    type,
    name,
    custom: isCustom(args),
    ...(opts.parent && { parent: opts.parent }),
    ...(provider && { provider: provider.urn }),
    inputs: withSecretPlaces(type, plainProperties(props)),
    dependencies: nothing,
    propertyDependencies: noProperties,
    ...(isPassedOver(args) && { notInUpdate: true }),
  };
}

/**
 * The engine's list at the end of a preview or update: all that will be or is live.
 *
 * The list has outputs and dependencies; inputs are those of earlier calls. A resource without an earlier call is live but not
 * part of this update: its outputs repeat its inputs and are used for them.
 */
export function snapshotOf(
  listed: readonly PolicyResource[],
  handed: ReadonlyMap<Urn, Resource>,
): Snapshot {
  const resources = listed.map((each) => new ListedResource(each, inputsOf(handed.get(each.urn))));
  const [, , stack = "", project = ""] = (resources[0]?.urn ?? "").split(/::?/u);
  return { project, stack, resources, notes: [] };
}

function inputsOf(handed: Resource | undefined): ValueRecord | undefined {
  return handed?.notInUpdate === true ? undefined : handed?.inputs;
}

/**
 * A resource of the list, with outputs that are read on demand: most are never read.
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
  readonly #props: PolicyResource["props"];
  #outputs: ValueRecord | undefined;

  /** @param inputs those handed before; the outputs where none were, which repeat them */
  constructor(listed: PolicyResource, inputs: ValueRecord | undefined) {
    const { urn, type, name, provider, props } = listed;
    const parent = listed.parent?.urn ?? listed.opts.parent;
    this.#props = props;
    this.urn = urn;
    this.type = type;
    this.name = name;
    this.custom = isCustom(listed);
    if (parent) this.parent = parent;
    if (provider) this.provider = provider.urn;
    this.dependencies = urnsOf(listed.dependencies);
    this.propertyDependencies = dependenciesOf(listed);
    this.inputs =
      inputs === undefined
        ? withSecretPlaces(type, this.outputs)
        : withDependencies(inputs, (property) => this.#dependsOn(property) ?? nothing);
    if (inputs === undefined && isPassedOver(listed)) this.notInUpdate = true;
  }

  get outputs(): ValueRecord {
    this.#outputs ??= plainProperties(
      this.#props,
      (property) => this.#dependsOn(property) ?? [this.urn],
    );
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
      hasUnknown(value) ? dependingOn(value, dependsOn(property)) : value,
    ]),
  );
}

function dependenciesOf({
  propertyDependencies,
}: PolicyResource): Resource["propertyDependencies"] {
  const entries = Object.entries(propertyDependencies);
  if (entries.length === 0) return noProperties;
  return Object.fromEntries(entries.map(([property, on]) => [property, urnsOf(on)]));
}

function urnsOf(resources: readonly PolicyResource[]): readonly Urn[] {
  return resources.length === 0 ? nothing : resources.map(({ urn }) => urn);
}

/** A resource in one of the two forms of the SDK. */
type AnalyzedInput = ResourceValidationArgs | PolicyResource;

/** Components have no provider; a provider is a resource of its own. */
function isCustom({ type, provider }: AnalyzedInput): boolean {
  return provider !== undefined || type.startsWith("pulumi:providers:");
}

function isPassedOver({ type, props }: AnalyzedInput): boolean {
  return Object.keys(props).length === 0 && alwaysHasInputs(type);
}
