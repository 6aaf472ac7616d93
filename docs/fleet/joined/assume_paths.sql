-- What principals of a tenant can assume, over all stacks; a path leads through identities that no tenant owns.
WITH RECURSIVE starts (stack, tenant, principal, identity, hops) AS (
  SELECT stack, tenant, identity, identity, 0 FROM identities WHERE tenant <> ''
  UNION ALL
  SELECT r.stack, r.principal_tenant, r.principal, r.identity, MIN(r.hops)
  FROM reaches r WHERE r.is_external = 'no' AND r.principal_tenant <> '' AND r.identity_tenant = ''
  GROUP BY r.stack, r.principal_tenant, r.principal, r.identity
),
chain (stack, tenant, principal, identity, identity_tenant, hops, depth) AS (
  SELECT s.stack, s.tenant, s.principal, s.identity, k.tenant, s.hops, 0
  FROM starts s JOIN known_identities k ON k.identity = s.identity
  UNION ALL
  SELECT c.stack, c.tenant, c.principal, e.identity, k.tenant, c.hops + e.hops, c.depth + 1
  FROM chain c JOIN assume_entries e ON e.principal = c.identity JOIN known_identities k ON k.identity = e.identity
  WHERE c.depth < 6 AND (c.identity_tenant = '' OR (c.depth = 0 AND c.identity_tenant = c.tenant))
)
SELECT stack AS stack, tenant AS tenant, principal AS principal, identity AS identity, MIN(hops) AS hops
FROM chain WHERE hops > 0
GROUP BY stack, tenant, principal, identity
