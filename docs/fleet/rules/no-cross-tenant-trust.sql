-- An identity that a principal of another tenant can assume, over stacks; a path leads through identities that no tenant owns.
WITH crossed (identity) AS (
  SELECT f.identity FROM assume_paths f JOIN known_identities k ON k.identity = f.identity
  GROUP BY f.identity, k.tenant
  HAVING (k.tenant = '' AND COUNT(DISTINCT f.tenant) > 1 AND COUNT(DISTINCT f.stack) > 1)
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
