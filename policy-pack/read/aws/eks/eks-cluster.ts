import { eksScope } from "../../../facts/eks-scope";
import type { ClusterRef } from "../../../facts/fact-values";
import { eksClusterType } from "../../../../core/aws/compute";
import { knownString, type Step } from "../../../../core/snapshot/read";
import { typeInUrn, type Resource } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import type { ReadContext } from "../../resource/reader";
import { onlyOf, textAt } from "../../resource/values";

const component = "eks:index:Cluster";
const clusterTypes = [eksClusterType, component];

/** Whether a URN is of a cluster of Amazon EKS. */
export function isEksCluster(urn: Urn): boolean {
  return clusterTypes.includes(typeInUrn(urn));
}

/**
 * A scope for the names of the cluster of Amazon EKS that a property names.
 *
 * Its API server is not known here, so the scope is written as a URN is: it may be that of any provider.
 */
export function clusterAt(
  resource: Resource,
  context: ReadContext,
  top: string,
  ...path: readonly Step[]
): ClusterRef {
  const above = componentOver(resource, context);
  if (above !== undefined) return { scope: above };
  const name = textAt(resource, top, ...path);
  if (name === undefined) return { scope: resource.urn, dependsOn: [] };
  if (name.kind === "known") return { scope: scopeOfName(name.text, resource, context) };
  const made = onlyOf(name, clusterTypes);
  if (made === undefined) return { scope: resource.urn, dependsOn: name.dependsOn };
  return { scope: scopeOfCluster(made, context) };
}

/** The scopes by which what is about a cluster of the stack may name it. */
export function scopesOfCluster(urn: Urn, context: ReadContext): readonly string[] {
  const cluster = context.resource(urn);
  const named = cluster === undefined ? undefined : knownString(cluster.inputs, "name");
  return [
    ...new Set([
      scopeOfCluster(urn, context),
      ...(cluster === undefined || named === undefined
        ? []
        : [scopeOfName(named, cluster, context)]),
    ]),
  ];
}

/** What one of the stack's clusters is known by: a component of `@pulumi/eks` by its own URN, not by that of the cluster in it. */
function scopeOfCluster(urn: Urn, context: ReadContext): string {
  const cluster = context.resource(urn);
  if (cluster === undefined) return urn;
  const above = componentOver(cluster, context);
  if (above !== undefined) return above;
  const name = knownString(cluster.inputs, "name");
  return name === undefined || cluster.type === component
    ? urn
    : scopeOfName(name, cluster, context);
}

function scopeOfName(name: string, resource: Resource, context: ReadContext): string {
  return eksScope({ account: context.accountOf(resource), cluster: name });
}

/** The cluster of `@pulumi/eks` that a resource is a part of, or is itself. */
export function componentOver(resource: Resource, context: ReadContext): Urn | undefined {
  let here: Resource | undefined = resource;
  for (let steps = 0; here !== undefined && steps < mostParents; steps += 1) {
    if (here.type === component) return here.urn;
    here = here.parent === undefined ? undefined : context.resource(here.parent);
  }
  return undefined;
}

/** Longest line of parents that is followed. */
const mostParents = 10;
