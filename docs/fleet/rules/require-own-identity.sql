-- A declared workload that authenticates as nothing: no stack gives it an identity.
SELECT DISTINCT
  w.workload AS thing, w.label AS label, w.what AS what, w.stack AS stack, w.workload AS holder, w.label AS holder_label,
  w.tenant AS tenant, w.kind AS detail, w.urn AS urn, w.source AS source
FROM workloads w
WHERE w.kind <> 'undeclared' AND w.workload NOT IN (SELECT workload FROM runs_as)
ORDER BY thing, stack, label, what, tenant, detail, urn, source
