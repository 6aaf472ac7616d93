/** The content of a scope of {@link eksScope}. */
export interface EksCluster {
  /** Its account, or a stand-in for an unknown one. */
  readonly account: string;
  readonly cluster: string;
}

/**
 * The scope by which resources of AWS name a cluster of Amazon EKS without its API server: its ARN without a region, written as
 * a URN is.
 */
export function eksScope({ account, cluster }: EksCluster): string {
  return `urn:aws:eks:${account}:cluster/${cluster}`;
}

/** The cluster of a scope, or undefined where it is none of {@link eksScope}. */
export function eksClusterIn(scope: string): EksCluster | undefined {
  if (!scope.startsWith("urn:aws:eks:")) return undefined;
  const [, account, cluster] = /^urn:aws:eks:(.*):cluster\/([^/]+)$/.exec(scope) ?? [];
  return account === undefined || cluster === undefined ? undefined : { account, cluster };
}

/** Whether a scope is that by which what is of AWS names a cluster, be it by the URN of a resource. */
export function isEksScope(scope: string): boolean {
  return eksClusterIn(scope) !== undefined || /:(?:aws-native:eks|aws:eks\/|eks:index)/.test(scope);
}
