-- Each identity once: where it is declared, or else where it is first assumed.
SELECT
  identity AS identity, MAX(tenant) AS tenant, MIN(label) AS label, MIN(what) AS what, MIN(stack) AS stack, MIN(urn) AS urn, MIN(source) AS source
FROM identities GROUP BY identity
UNION ALL
SELECT identity, '', MIN(label), 'IAM role', MIN(stack), MIN(urn), MIN(source) FROM reaches
WHERE identity NOT IN (SELECT identity FROM identities) GROUP BY identity
