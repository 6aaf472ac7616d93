import { isAccountId } from "../arn";
import { eksClusterIn } from "../graph/eks-scope";
import type { Urn } from "../snapshot/value";
import { issuerOf } from "../trust/issuers";
import { distinctRows, placedAt, tenantText, type RowContext } from "./row-context";
import type { FactRow } from "./schema";

/** An EKS cluster that a stack declares, with the scopes that things of it have in their names. */
export interface DeclaredCluster {
  readonly urn: Urn;
  readonly scopes: readonly string[];
}

/**
 * The names by which trust policies know clusters: OIDC issuers that a stack trusts, and EKS clusters that it declares.
 *
 * Issuers that all their customers share, such as GitHub Actions, are left out: many stacks trust them, by further claims.
 */
export function clusterRows(
  context: RowContext,
  clusters: readonly DeclaredCluster[],
): readonly FactRow<"clusters">[] {
  const { graph, stack } = context;
  const trusted = graph.all("issuer").flatMap(({ provider, issuer, at }) => {
    if (issuer.kind !== "known" || issuerOf(issuer.text).tenancy === "shared") return [];
    if (graph.masks.over(issuer.text) !== issuer.text) return [];
    const tenant = tenantText(context, provider);
    const place = placedAt(context, at.urn);
    return [{ stack, cluster: issuer.text, what: "OIDC issuer", role: "trusts", tenant, ...place }];
  });
  const declared = clusters.flatMap(({ urn, scopes }) =>
    scopes.flatMap((scope) => {
      const eks = eksClusterIn(scope);
      if (eks === undefined || !isAccountId(eks.account)) return [];
      const cluster = `${eks.account}/${eks.cluster}`;
      if (graph.masks.over(cluster) !== cluster) return [];
      const tenant = tenantText(context, urn);
      const place = placedAt(context, urn);
      return [{ stack, cluster, what: "EKS cluster", role: "declares", tenant, ...place }];
    }),
  );
  return distinctRows([...trusted, ...declared]);
}
