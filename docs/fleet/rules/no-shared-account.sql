-- An AWS account in which stacks of several tenants declare identities; a row is a tenant, with one of its stacks.
WITH owned (account, tenant, stack, urn, source) AS (
  SELECT account, tenant, MIN(stack), MIN(urn), MIN(source) FROM identities
  WHERE account <> '' AND tenant <> '' GROUP BY account, tenant
),
shared (account) AS (
  SELECT account FROM identities WHERE account <> '' AND tenant <> ''
  GROUP BY account HAVING COUNT(DISTINCT tenant) > 1 AND COUNT(DISTINCT stack) > 1
)
SELECT DISTINCT
  CONCAT('account|', o.account) AS thing, o.account AS label, 'AWS account' AS what, o.stack AS stack, o.tenant AS holder,
  o.tenant AS holder_label, o.tenant AS tenant, '' AS detail, o.urn AS urn, o.source AS source
FROM owned o
JOIN shared s ON s.account = o.account
ORDER BY thing, tenant, stack, urn, source
