-- A resource on which an identity of another tenant may act, in another stack: by its own policy, or by that of the resource.
-- A permission on every resource of every service is left out: `no-wildcard-authority` reports it in its own stack.
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
-- An identity acts for its own tenant; one that no tenant owns, for those whose principals assume it.
acting (stack, identity, tenant) AS (
  SELECT DISTINCT stack, identity, tenant FROM known WHERE tenant <> ''
  UNION ALL
  SELECT DISTINCT f.stack, f.identity, f.tenant FROM found f JOIN known k ON k.identity = f.identity WHERE k.tenant = ''
),
-- Resources by how patterns start, so that a pattern is held only against those that start alike.
sizes (service, size) AS (
  SELECT DISTINCT service, LENGTH(pattern_start) FROM permissions WHERE pattern <> '' AND service <> '*'
),
started (resource, label, what, stack, tenant, start) AS (
  SELECT r.resource, r.label, r.what, r.stack, r.tenant, SUBSTR(r.resource, 1, z.size)
  FROM resources r JOIN sizes z ON z.service = r.service
),
access (resource, label, what, stack, identity, identity_label, tenant, actions, urn, source) AS (
  SELECT r.resource, r.label, r.what, r.stack, p.identity, p.label, a.tenant, p.actions, p.urn, p.source
  FROM permissions p JOIN resources r ON r.resource = p.resource JOIN acting a ON a.identity = p.identity
  WHERE p.pattern = '' AND p.actions <> '' AND (r.stack <> p.stack OR a.stack <> p.stack)
    AND NOT EXISTS (SELECT 1 FROM acting o WHERE o.identity = p.identity AND o.tenant = r.tenant)
  UNION ALL
  SELECT r.resource, r.label, r.what, r.stack, p.identity, p.label, a.tenant, p.actions, p.urn, p.source
  FROM permissions p
  JOIN started r ON r.start = p.pattern_start
  JOIN acting a ON a.identity = p.identity
  WHERE p.pattern <> '' AND p.service <> '*' AND p.actions <> '' AND (r.stack <> p.stack OR a.stack <> p.stack)
    AND r.resource LIKE p.pattern ESCAPE '!'
    AND NOT EXISTS (SELECT 1 FROM acting o WHERE o.identity = p.identity AND o.tenant = r.tenant)
  UNION ALL
  SELECT r.resource, r.label, r.what, r.stack, t.principal, i.label, a.tenant, t.how, t.urn, t.source
  FROM trusts t
  JOIN resources r ON r.resource = t.target AND r.stack = t.stack
  JOIN identities i ON i.identity = t.principal
  JOIN acting a ON a.identity = t.principal
  WHERE t.target_what = 'resource' AND i.stack <> t.stack
    AND NOT EXISTS (SELECT 1 FROM acting o WHERE o.identity = t.principal AND o.tenant = r.tenant)
)
SELECT DISTINCT
  resource AS thing, label AS label, what AS what, stack AS stack, identity AS holder, identity_label AS holder_label,
  tenant AS tenant, actions AS detail, urn AS urn, source AS source
FROM access
ORDER BY thing, stack, holder, detail, urn, source, label, what, holder_label, tenant
