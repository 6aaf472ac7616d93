import { fleetRules } from "../policy-pack/views/fleet/fleet-rules";
import { joinTables, rowsOfRule } from "../cli/fleet/cross-stack-rules";
import { Database, defaultLimits } from "../cli/fleet/duckdb";

// Runs the rules over made-up facts of so many stacks and prints what it took; `runRules` starts it for each size, since
// the peak of memory is that of a process.

/**
 * Runs the rules over made-up facts: 20 workloads and 20 roles a stack, of one of as many tenants as there are 20 stacks, with trust
 * inside of stacks and between stacks of one tenant, and one secret in a thousand shared across tenants.
 */
async function main(stacks: number): Promise<void> {
  const database = await Database.open(defaultLimits);
  try {
    for (const statement of madeUp(stacks)) await database.run(statement);
    const start = performance.now();
    await joinTables(database);
    let rows = 0;
    for (const { id } of fleetRules) rows += (await rowsOfRule(database, id)).length;
    const seconds = (performance.now() - start) / 1000;
    const memory = process.resourceUsage().maxRSS * 1024;
    process.stdout.write(JSON.stringify({ seconds, memory, rows }));
  } finally {
    database.close();
  }
}

function madeUp(stacks: number): readonly string[] {
  const tenants = Math.max(2, Math.round(stacks / 20));
  const stack = "concat('shop-', s)";
  const tenant = `concat('t', s % ${tenants})`;
  const role = "concat('iam-role|', 100000000000 + s, '|r', i)";
  const each = `range(${stacks}) AS a(s), range(20) AS b(i)`;
  const place = "'urn' AS urn, '' AS source";
  return [
    `CREATE TABLE stacks AS SELECT ${stack} AS stack FROM range(${stacks}) AS a(s)`,
    `CREATE TABLE tenants AS SELECT ${stack} AS stack, ${tenant} AS tenant FROM range(${stacks}) AS a(s)`,
    `CREATE TABLE workloads AS SELECT ${stack} AS stack, concat(${stack}, '/w', i) AS workload, concat('w', i) AS label,
       'Lambda function' AS what, 'agent' AS kind, ${tenant} AS tenant, ${place} FROM ${each}`,
    `CREATE TABLE runs_as AS SELECT ${stack} AS stack, concat(${stack}, '/w', i) AS workload, ${role} AS identity,
       concat('r', i) AS label, 'IAM role' AS what, 'no' AS is_default, ${place} FROM ${each}`,
    `CREATE TABLE identities AS SELECT ${stack} AS stack, ${role} AS identity, concat('r', i) AS label, 'IAM role' AS what,
       CAST(100000000000 + s AS VARCHAR) AS account, concat('arn:aws:iam::', 100000000000 + s, ':role/r', i) AS arn,
       ${tenant} AS tenant, ${place} FROM ${each}`,
    `CREATE TABLE secret_refs AS SELECT ${stack} AS stack, concat(${stack}, '/w', i) AS workload,
       CASE WHEN (s * 20 + i) % 1000 = 0 THEN concat('secret|shared-', (s * 20 + i) % 7000)
       ELSE concat('secret|', s, '-', i) END AS secret, '' AS part, 'key' AS label, 'AWS secret' AS what, ${place} FROM ${each}`,
    `CREATE TABLE secret_values AS SELECT stack, workload, secret AS fingerprint, label, urn, source FROM secret_refs WHERE false`,
    `CREATE TABLE trusts AS SELECT ${stack} AS stack, concat('iam-role|', 100000000000 + s, '|r', (i * 7 + 1) % 20) AS principal,
       ${role} AS target, 'identity' AS target_what, 'assumes' AS how, '' AS only_tenant, ${place} FROM ${each}`,
    `CREATE TABLE reaches AS
       SELECT ${stack} AS stack, concat('iam-role|', 100000000000 + s, '|r', (i * 7 + 1) % 20) AS principal,
         ${tenant} AS principal_tenant, 'no' AS is_external, ${role} AS identity, concat('r', i) AS label,
         ${tenant} AS identity_tenant, 1 AS hops, ${place} FROM ${each}
       UNION ALL
       SELECT ${stack}, concat('iam-role|', 100000000000 + (s + ${tenants}) % ${stacks}, '|r', i), '', 'yes', ${role},
         concat('r', i), ${tenant}, 1, ${place} FROM range(${stacks}) AS a(s), range(4) AS b(i)`,
    `CREATE TABLE permissions AS SELECT ${stack} AS stack, ${role} AS identity, concat('r', i) AS label,
       CAST(100000000000 + s AS VARCHAR) AS account, ${tenant} AS tenant, 's3' AS service,
       CASE WHEN i % 10 = 0 THEN '' ELSE concat('arn:aws:s3:::shop-', (s + ${tenants}) % ${stacks}, '-b', i) END AS resource,
       CASE WHEN i % 10 = 0 THEN concat('arn:aws:s3:::shop-', s, '-%') ELSE '' END AS pattern,
       CASE WHEN i % 10 = 0 THEN concat('arn:aws:s3:::shop-', s, '-') ELSE '' END AS pattern_start, 's3:GetObject' AS actions, 'no' AS assumes, ${place} FROM ${each}`,
    `CREATE TABLE resources AS SELECT ${stack} AS stack, concat('arn:aws:s3:::shop-', s, '-b', i) AS resource,
       concat('b', i) AS label, 'bucket' AS what, 's3' AS service, '' AS account, ${tenant} AS tenant, ${place} FROM ${each}`,
    `CREATE TABLE spiffe_ids AS SELECT stack, workload AS spiffe_id, workload AS selection, label, urn, source FROM workloads`,
    `CREATE TABLE namespaces AS SELECT stack, stack AS namespace, stack AS label, workload, tenant, urn, source FROM workloads`,
    `CREATE TABLE clusters AS SELECT stack, stack AS cluster, 'EKS cluster' AS what, 'declares' AS role, '' AS tenant, urn, source
       FROM workloads WHERE label = 'w0'`,
  ];
}

void main(Number(process.argv[2]));
