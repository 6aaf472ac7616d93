-- An identity that a principal of another tenant can assume, over stacks; a path leads through identities that no tenant owns.
WITH RECURSIVE entries (principal, identity, hops) AS (
  -- From what another stack declares, and from what no tenant owns and another stack may therefore come to.
  SELECT principal, identity, MIN(hops) FROM reaches
  WHERE is_external = 'yes' OR principal_tenant = '' GROUP BY principal, identity
  UNION ALL
  -- What a stack trusts by the account, and an identity of that account has the permission to assume by its name.
  SELECT p.identity, r.identity, MIN(r.hops)
  FROM reaches r
  JOIN identities i ON i.identity = r.identity
  JOIN permissions p ON p.resource = i.arn AND r.principal = CONCAT('arn:aws:iam::', p.account, ':root')
  WHERE r.hops = 1 AND p.assumes = 'yes' AND p.pattern = '' AND p.stack <> r.stack
  GROUP BY p.identity, r.identity
  UNION ALL
  -- The same by a pattern.
  SELECT p.identity, r.identity, MIN(r.hops)
  FROM reaches r
  JOIN identities i ON i.identity = r.identity
  JOIN permissions p ON r.principal = CONCAT('arn:aws:iam::', p.account, ':root')
  WHERE r.hops = 1 AND p.assumes = 'yes' AND p.pattern <> '' AND p.stack <> r.stack
    AND i.arn LIKE p.pattern ESCAPE '!'
  GROUP BY p.identity, r.identity
),
starts (stack, tenant, principal, identity, hops) AS (
  SELECT stack, tenant, identity, identity, 0 FROM identities WHERE tenant <> ''
  UNION ALL
  SELECT r.stack, r.principal_tenant, r.principal, r.identity, MIN(r.hops)
  FROM reaches r WHERE r.is_external = 'no' AND r.principal_tenant <> '' AND r.identity_tenant = ''
  GROUP BY r.stack, r.principal_tenant, r.principal, r.identity
),
-- Each identity once: where it is declared, or else where it is first assumed.
known (identity, tenant, label, what, stack, urn, source) AS (
  SELECT identity, MAX(tenant), MIN(label), MIN(what), MIN(stack), MIN(urn), MIN(source) FROM identities GROUP BY identity
  UNION ALL
  SELECT identity, '', MIN(label), 'IAM role', MIN(stack), MIN(urn), MIN(source) FROM reaches
  WHERE identity NOT IN (SELECT identity FROM identities) GROUP BY identity
),
chain (stack, tenant, principal, identity, identity_tenant, hops, depth) AS (
  SELECT s.stack, s.tenant, s.principal, s.identity, k.tenant, s.hops, 0 FROM starts s JOIN known k ON k.identity = s.identity
  UNION ALL
  SELECT c.stack, c.tenant, c.principal, e.identity, k.tenant, c.hops + e.hops, c.depth + 1
  FROM chain c JOIN entries e ON e.principal = c.identity JOIN known k ON k.identity = e.identity
  WHERE c.depth < 6 AND (c.identity_tenant = '' OR (c.depth = 0 AND c.identity_tenant = c.tenant))
),
found (stack, tenant, principal, identity, hops) AS (
  SELECT stack, tenant, principal, identity, MIN(hops) FROM chain WHERE hops > 0
  GROUP BY stack, tenant, principal, identity
),
crossed (identity) AS (
  SELECT f.identity FROM found f JOIN known k ON k.identity = f.identity
  GROUP BY f.identity, k.tenant
  HAVING (k.tenant = '' AND COUNT(DISTINCT f.tenant) > 1 AND COUNT(DISTINCT f.stack) > 1)
    OR MAX(CASE WHEN k.tenant <> '' AND f.tenant <> k.tenant THEN 1 ELSE 0 END) = 1
)
SELECT DISTINCT
  k.identity AS thing, k.label AS label, k.what AS what, f.stack AS stack, f.principal AS holder, f.principal AS holder_label,
  f.tenant AS tenant, k.tenant AS detail, k.urn AS urn, k.source AS source
FROM found f
JOIN crossed c ON c.identity = f.identity
JOIN known k ON k.identity = f.identity
WHERE f.tenant <> k.tenant
ORDER BY thing, stack, holder, tenant, urn, source, label, what
