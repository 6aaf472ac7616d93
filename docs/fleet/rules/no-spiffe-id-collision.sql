-- A SPIFFE ID that registrations of several stacks give to different workloads.
WITH shared (spiffe_id) AS (
  SELECT spiffe_id FROM spiffe_ids
  GROUP BY spiffe_id HAVING COUNT(DISTINCT selection) > 1 AND COUNT(DISTINCT stack) > 1
)
SELECT DISTINCT
  i.spiffe_id AS thing, i.spiffe_id AS label, 'SPIFFE ID' AS what, i.stack AS stack, i.urn AS holder, i.label AS holder_label,
  '' AS tenant, '' AS detail, i.urn AS urn, i.source AS source
FROM spiffe_ids i
JOIN shared s ON s.spiffe_id = i.spiffe_id
ORDER BY thing, stack, holder, source, holder_label
