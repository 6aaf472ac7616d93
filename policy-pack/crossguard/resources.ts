import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import type { Urn, ValueRecord } from "../../core/snapshot/value";
import { hasUnknown, plainProperties, waitingFor, type WaitsFor } from "./plain-values";
import { alwaysHasInputs } from "./required-inputs";
import { withSecretPlaces } from "./secret-places";

/** One list and one object for all resources, of which nothing is told yet. */
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
  const { urn, type, name, opts, provider } = listed;
  const propertyDependencies = Object.fromEntries(
    Object.entries(listed.propertyDependencies).map(([property, on]) => [
      property,
      on.map((resource) => resource.urn),
    ]),
  );
  let plain: ValueRecord | undefined;
  const outputs = (): ValueRecord =>
    (plain ??= plainProperties(
      listed.props,
      (property) => propertyDependencies[property] ?? [urn],
    ));
  const parent = listed.parent?.urn ?? opts.parent;
  const known = handed === undefined || handed.notInUpdate === true ? undefined : handed.inputs;
  const inputs =
    known === undefined
      ? withSecretPlaces(type, outputs())
      : withDependencies(known, (property) => propertyDependencies[property] ?? []);
  return {
    urn,
    type,
    name,
    custom: isCustom(type, provider?.urn),
    ...(parent && { parent }),
    ...(provider && { provider: provider.urn }),
    inputs,
    // Most are never looked at.
    get outputs() {
      return outputs();
    },
    dependencies: listed.dependencies.map((resource) => resource.urn),
    propertyDependencies,
    ...(known === undefined && isPassedOver(type, listed.props) && { notInUpdate: true }),
  };
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
