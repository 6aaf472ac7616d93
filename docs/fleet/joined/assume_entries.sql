-- How assume paths of different stacks connect: a principal, and an identity of another stack that it can assume.

-- From what another stack declares, and from what no tenant owns and another stack may therefore come to.
SELECT principal AS principal, identity AS identity, MIN(hops) AS hops FROM reaches
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
