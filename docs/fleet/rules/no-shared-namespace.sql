-- A Kubernetes namespace that stacks of several tenants run workloads in.
WITH shared (namespace) AS (
  SELECT namespace FROM namespaces GROUP BY namespace HAVING COUNT(DISTINCT tenant) > 1 AND COUNT(DISTINCT stack) > 1
)
SELECT DISTINCT
  n.namespace AS thing, n.label AS label, 'Namespace' AS what, n.stack AS stack, n.workload AS holder, w.label AS holder_label,
  n.tenant AS tenant, '' AS detail, n.urn AS urn, n.source AS source
FROM namespaces n
JOIN shared s ON s.namespace = n.namespace
JOIN workloads w ON w.stack = n.stack AND w.workload = n.workload
ORDER BY thing, stack, holder, tenant, urn, source, label, holder_label
