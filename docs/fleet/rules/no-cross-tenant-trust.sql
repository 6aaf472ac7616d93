-- An identity that a principal of another tenant can assume, over stacks; a path leads through identities that no tenant owns.
WITH nearest (identity, tenant, hops) AS (
  SELECT identity, tenant, MIN(hops) FROM assume_paths GROUP BY identity, tenant
),
-- All tenants come to these by one identity that no tenant owns: that one is reported.
behind_another (identity) AS (
  SELECT e.identity
  FROM assume_entries e
  JOIN known_identities k ON k.identity = e.principal
  JOIN nearest n ON n.identity = e.identity
  LEFT JOIN nearest b ON b.identity = e.principal AND b.tenant = n.tenant AND b.hops = n.hops - 1
  WHERE e.hops = 1 AND k.tenant = ''
  GROUP BY e.identity, e.principal
  HAVING COUNT(DISTINCT n.tenant) = COUNT(DISTINCT b.tenant)
),
crossed (identity) AS (
  SELECT f.identity
  FROM assume_paths f
  JOIN known_identities k ON k.identity = f.identity
  LEFT JOIN (SELECT DISTINCT identity FROM behind_another) b ON b.identity = f.identity
  GROUP BY f.identity, k.tenant, b.identity
  HAVING (k.tenant = '' AND b.identity IS NULL AND COUNT(DISTINCT f.tenant) > 1 AND COUNT(DISTINCT f.stack) > 1)
    OR MAX(CASE WHEN k.tenant <> '' AND f.tenant <> k.tenant THEN 1 ELSE 0 END) = 1
)
SELECT DISTINCT
  k.identity AS thing, k.label AS label, k.what AS what, f.stack AS stack, f.principal AS holder, f.principal AS holder_label,
  f.tenant AS tenant, k.tenant AS detail, k.urn AS urn, k.source AS source
FROM assume_paths f
JOIN crossed c ON c.identity = f.identity
JOIN known_identities k ON k.identity = f.identity
WHERE f.tenant <> k.tenant
ORDER BY thing, stack, holder, tenant, urn, source, label, what
