import { eksClusterType } from "../../../core/aws/compute";
import { typeInUrn, type Resource } from "../../../core/snapshot/resource";
import { dependenciesIn, type FindingPlace } from "../children";
import { clusterComponentType } from "./expand-cluster";

/** The cluster that nodes or an add-on join, and the component that makes it. */
export interface Cluster {
  readonly component: Resource;
  readonly cluster: Resource;
}

/** The only cluster of the program that the component receives, as a whole or by its `core`. */
export function clusterOf(component: Resource, { find, urnOf }: FindingPlace): Cluster | undefined {
  const given = component.inputs["cluster"];
  const waits = [
    ...(given === undefined ? [] : dependenciesIn(given)),
    ...(component.propertyDependencies["cluster"] ?? []),
  ];
  const urns = waits.map((urn) => find(urn)?.parent ?? urn).concat(waits);
  const [only, ...others] = new Set(urns.filter((urn) => typeInUrn(urn) === clusterComponentType));
  const found = only === undefined || others.length > 0 ? undefined : find(only);
  if (found === undefined) return undefined;
  const urn = urnOf(found.urn, eksClusterType, `${found.name}-eksCluster`);
  const cluster = find(urn);
  return cluster && { component: found, cluster };
}
