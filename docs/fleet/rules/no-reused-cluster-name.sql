-- A name by which trust policies know a cluster, and that means two: an EKS cluster that two stacks declare in one account, whose
-- conditions on `eks-cluster-name` hold for both, and a token issuer that stacks of several tenants trust.
WITH named (cluster, what, role, stack, tenant, urn, source) AS (
  SELECT cluster, what, role, stack, tenant, urn, source FROM clusters WHERE tenant <> '' OR what = 'EKS cluster'
  UNION ALL
  SELECT c.cluster, c.what, c.role, c.stack, t.tenant, c.urn, c.source
  FROM clusters c JOIN tenants t ON t.stack = c.stack
  WHERE c.tenant = '' AND c.what = 'OIDC issuer'
),
reused (cluster, what) AS (
  SELECT cluster, what FROM named
  GROUP BY cluster, what
  HAVING (what = 'EKS cluster' AND COUNT(DISTINCT stack) > 1)
    OR (what = 'OIDC issuer' AND COUNT(DISTINCT tenant) > 1 AND COUNT(DISTINCT stack) > 1)
)
SELECT DISTINCT
  n.cluster AS thing, n.cluster AS label, n.what AS what, n.stack AS stack, n.urn AS holder, n.stack AS holder_label,
  n.tenant AS tenant, n.role AS detail, n.urn AS urn, n.source AS source
FROM named n
JOIN reused r ON r.cluster = n.cluster AND r.what = n.what
ORDER BY thing, stack, holder, tenant, detail, source
