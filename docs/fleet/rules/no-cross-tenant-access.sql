-- A resource on which an identity of another tenant may act, in another stack: by its own policy, or by that of the resource.
-- A permission on every resource of every service is left out: `no-wildcard-authority` reports it in its own stack.
-- Resources are compared by how patterns start, so that a pattern is held only against those that start alike.
WITH sizes (service, size) AS (
  SELECT DISTINCT service, LENGTH(pattern_start) FROM permissions WHERE pattern <> '' AND service <> '*'
),
started (resource, label, what, stack, tenant, start) AS (
  SELECT r.resource, r.label, r.what, r.stack, r.tenant, SUBSTR(r.resource, 1, z.size)
  FROM resources r JOIN sizes z ON z.service = r.service
),
access (resource, label, what, stack, identity, identity_label, tenant, actions, urn, source) AS (
  SELECT r.resource, r.label, r.what, p.stack, p.identity, p.label, a.tenant, p.actions, p.urn, p.source
  FROM permissions p JOIN resources r ON r.resource = p.resource JOIN acting_for a ON a.identity = p.identity
  WHERE p.pattern = '' AND p.actions <> '' AND (r.stack <> p.stack OR a.stack <> p.stack)
    AND NOT EXISTS (SELECT 1 FROM acting_for o WHERE o.identity = p.identity AND o.tenant = r.tenant)
  UNION ALL
  SELECT r.resource, r.label, r.what, p.stack, p.identity, p.label, a.tenant, p.actions, p.urn, p.source
  FROM permissions p
  JOIN started r ON r.start = p.pattern_start
  JOIN acting_for a ON a.identity = p.identity
  WHERE p.pattern <> '' AND p.service <> '*' AND p.actions <> '' AND (r.stack <> p.stack OR a.stack <> p.stack)
    AND r.resource LIKE p.pattern ESCAPE '!'
    AND NOT EXISTS (SELECT 1 FROM acting_for o WHERE o.identity = p.identity AND o.tenant = r.tenant)
  UNION ALL
  SELECT r.resource, r.label, r.what, i.stack, t.principal, i.label, a.tenant, t.how, t.urn, t.source
  FROM trusts t
  JOIN resources r ON r.resource = t.target AND r.stack = t.stack
  JOIN identities i ON i.identity = t.principal
  JOIN acting_for a ON a.identity = t.principal
  WHERE t.target_what = 'resource' AND i.stack <> t.stack
    AND NOT EXISTS (SELECT 1 FROM acting_for o WHERE o.identity = t.principal AND o.tenant = r.tenant)
)
SELECT DISTINCT
  resource AS thing, label AS label, what AS what, stack AS stack, identity AS holder, identity_label AS holder_label,
  tenant AS tenant, actions AS detail, urn AS urn, source AS source
FROM access
ORDER BY thing, stack, holder, detail, urn, source, label, what, holder_label, tenant
