import { isAccountId } from "../arn";
import { eksClusterIn } from "../graph/eks-scope";
import { issuerOf } from "../trust/issuers";
import { distinctRows, placedAt, tenantText, type RowContext } from "./row-context";
import type { FactRow } from "./schema";

/**
 * The names by which trust policies know clusters: OIDC issuers that a stack trusts, and EKS clusters that it declares.
 *
 * Issuers that all their customers share, such as GitHub Actions, are left out: many stacks trust them, by further claims.
 */
export function clusterRows(context: RowContext): readonly FactRow<"clusters">[] {
  const { graph, stack } = context;
  const trusted = graph.all("issuer").flatMap(({ provider, issuer, at }) => {
    if (issuer.kind !== "known" || issuerOf(issuer.text).tenancy === "shared") return [];
    if (graph.masks.over(issuer.text) !== issuer.text) return [];
    const tenant = tenantText(context, provider);
    const place = placedAt(context, at.urn);
    return [{ stack, cluster: issuer.text, what: "OIDC issuer", role: "trusts", tenant, ...place }];
  });
  const declared = graph.all("serves-cluster").flatMap(({ clusters, at }) =>
    clusters.flatMap((scope) => {
      const eks = eksClusterIn(scope);
      if (eks === undefined || !isAccountId(eks.account)) return [];
      const cluster = `${eks.account}/${eks.cluster}`;
      if (graph.masks.over(cluster) !== cluster) return [];
      const tenant = tenantText(context, at.urn);
      const place = placedAt(context, at.urn);
      return [{ stack, cluster, what: "EKS cluster", role: "declares", tenant, ...place }];
    }),
  );
  return distinctRows([...trusted, ...declared]);
}
