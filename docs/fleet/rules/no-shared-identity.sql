-- An identity that workloads of several stacks authenticate as, directly or through a ServiceAccount of another stack.
WITH users (identity, label, what, stack, workload, urn, source) AS (
  SELECT identity, label, what, stack, workload, urn, source FROM runs_as WHERE is_default = 'no'
  UNION ALL
  SELECT t.target, i.label, i.what, r.stack, r.workload, r.urn, r.source
  FROM runs_as r
  JOIN trusts t ON t.principal = r.identity
  JOIN identities i ON i.identity = t.target
  WHERE r.is_default = 'no' AND t.stack <> r.stack AND t.how IN ('assumes by Pod Identity', 'carries')
),
-- A ServiceAccount stands for a workload of another stack only where no stack has that workload.
acting (identity, label, what, stack, workload, urn, source) AS (
  SELECT identity, label, what, stack, workload, urn, source FROM users
  WHERE workload NOT IN (SELECT identity FROM runs_as)
),
shared (identity) AS (
  SELECT identity FROM acting
  GROUP BY identity HAVING COUNT(DISTINCT stack) > 1 AND COUNT(DISTINCT workload) > 1
)
SELECT DISTINCT
  a.identity AS thing, a.label AS label, a.what AS what, a.stack AS stack, a.workload AS holder,
  COALESCE(w.label, a.workload) AS holder_label, COALESCE(w.tenant, '') AS tenant, '' AS detail, a.urn AS urn, a.source AS source
FROM acting a
JOIN shared s ON s.identity = a.identity
LEFT JOIN workloads w ON w.stack = a.stack AND w.workload = a.workload
ORDER BY thing, stack, holder, urn, source, label, what, holder_label, tenant
