import type { Flag, Text } from "../../../facts/fact-values";
import { read } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import type { Reader } from "../../resource/reader";
import { textAt, dependenciesAt } from "../../resource/values";
import { isEksCluster, scopesOfCluster } from "./eks-cluster";

/** Reads of which cluster of Amazon EKS of the stack a provider of Kubernetes has its API server. */
export const clusterServerReader: Reader = {
  name: "aws cluster servers",
  types: ["pulumi:providers:kubernetes"],
  *read(resource, context) {
    const [only, ...more] = clustersBehind(resource);
    if (only === undefined || more.length > 0) return;
    const at = { urn: resource.urn, property: "kubeconfig" };
    // The scope of objects as their own provider has it.
    const scope = context.clusterOf({ ...resource, provider: resource.urn });
    const cluster = context.resource(only);
    const name = read(cluster?.inputs, "name");
    const readsAwsAuth = flagOf(cluster && modeOf(cluster));
    const hidden = name.kind === "unknown" ? { nameDependsOn: name.dependsOn } : {};
    const clusters = scopesOfCluster(only, context);
    yield { kind: "serves-cluster", at, scope, clusters, readsAwsAuth, ...hidden };
  },
};

/**
 * How a cluster authenticates identities of AWS: the cluster's own setting, or the argument of the component of `@pulumi/eks`.
 */
function modeOf(cluster: Resource): Text | undefined {
  return (
    textAt(cluster, "accessConfig", "authenticationMode") ?? textAt(cluster, "authenticationMode")
  );
}

/** By access entries alone it does where the mode is `API` (EKS user guide, "Cluster authentication modes"). */
function flagOf(mode: Text | undefined): Flag {
  return mode?.kind === "unknown" ? mode : { kind: "known", value: mode?.text !== "API" };
}

/** The clusters that a provider's kubeconfig is made of. */
function clustersBehind(resource: Resource): readonly Urn[] {
  const found = read(resource.inputs, "kubeconfig");
  const unknown = found.kind === "unknown" ? found : undefined;
  const all = [...dependenciesAt(resource, "kubeconfig", unknown), ...resource.dependencies];
  return [...new Set(all.filter(isEksCluster))];
}
