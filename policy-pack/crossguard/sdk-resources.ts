import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Urn } from "../../core/snapshot/value";
import { plainProperties } from "./plain-values";
import type { Handed, Listed } from "./resources";

/** A resource as the SDK of policies hands it before it is made. */
export function handedBySdk(args: ResourceValidationArgs | PolicyResource): Handed {
  const { urn, type, name, opts, provider, props } = args;
  return {
    urn,
    type,
    name,
    ...(opts.parent && { parent: opts.parent }),
    ...(provider && { provider: provider.urn }),
    isEmpty: Object.keys(props).length === 0,
    properties: (dependsOn) => plainProperties(props, dependsOn),
  };
}

/** The resources that the SDK of policies lists at the end, each read as it is taken. */
export function* allListedBySdk(resources: readonly PolicyResource[]): Iterable<Listed> {
  for (const resource of resources) yield listedBySdk(resource);
}

/** A resource as the SDK of policies lists it at the end. */
export function listedBySdk(resource: PolicyResource): Listed {
  const parent = resource.parent?.urn;
  return {
    ...handedBySdk(resource),
    ...(parent && { parent }),
    dependencies: urnsOf(resource.dependencies),
    propertyDependencies: dependenciesOf(resource),
  };
}

function dependenciesOf({ propertyDependencies }: PolicyResource): Listed["propertyDependencies"] {
  return Object.fromEntries(
    Object.entries(propertyDependencies).map(([property, on]) => [property, urnsOf(on)]),
  );
}

function urnsOf(resources: readonly PolicyResource[]): readonly Urn[] {
  return resources.map(({ urn }) => urn);
}
