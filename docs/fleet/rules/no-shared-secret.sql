-- A static secret, or one key of it, that workloads of several stacks use: by reference, or as the same value in plain text.
WITH keyed (secret, part) AS (
  SELECT DISTINCT secret, part FROM secret_refs WHERE part <> ''
),
uses (thing, part, label, what, stack, workload, urn, source) AS (
  SELECT secret, part, label, what, stack, workload, urn, source FROM secret_refs
  UNION ALL
  SELECT r.secret, k.part, r.label, r.what, r.stack, r.workload, r.urn, r.source
  FROM secret_refs r JOIN keyed k ON k.secret = r.secret
  WHERE r.part = ''
  UNION ALL
  SELECT fingerprint, '', label, 'value in plain text', stack, workload, urn, source FROM secret_values
),
shared (thing, part) AS (
  SELECT thing, part FROM uses GROUP BY thing, part HAVING COUNT(DISTINCT stack) > 1 AND COUNT(DISTINCT workload) > 1
)
SELECT DISTINCT
  u.thing AS thing, u.label AS label, u.what AS what, u.stack AS stack, u.workload AS holder, w.label AS holder_label,
  w.tenant AS tenant, '' AS detail, u.urn AS urn, u.source AS source
FROM uses u
JOIN shared s ON s.thing = u.thing AND s.part = u.part
JOIN workloads w ON w.stack = u.stack AND w.workload = u.workload
ORDER BY thing, stack, holder, urn, source, label, what, holder_label, tenant
