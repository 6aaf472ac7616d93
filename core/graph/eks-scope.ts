/** What a scope of {@link eksScope} says of a cluster. */
export interface EksCluster {
  /** Its account, or what stands for one that is not known. */
  readonly account: string;
  readonly cluster: string;
}

/**
 * The scope by which what is of AWS names a cluster of Amazon EKS, whose API server it does not know: its ARN without a
 * region, written as a URN is.
 */
export function eksScope({ account, cluster }: EksCluster): string {
  return `urn:aws:eks:${account}:cluster/${cluster}`;
}

/** What a scope says of a cluster, or undefined where it is none of {@link eksScope}. */
export function eksClusterIn(scope: string): EksCluster | undefined {
  if (!scope.startsWith("urn:aws:eks:")) return undefined;
  const [, account, cluster] = /^urn:aws:eks:(.*):cluster\/([^/]+)$/.exec(scope) ?? [];
  return account === undefined || cluster === undefined ? undefined : { account, cluster };
}

/** Whether a scope is that by which what is of AWS names a cluster, be it by the URN of a resource. */
export function isEksScope(scope: string): boolean {
  return eksClusterIn(scope) !== undefined || /:(?:aws-native:eks|aws:eks\/|eks:index)/.test(scope);
}
