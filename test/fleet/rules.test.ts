import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { joinTables, rowsOfRule, sqlOf } from "../../cli/fleet/cross-stack-rules";
import { Database, defaultLimits } from "../../cli/fleet/duckdb";
import { fleetRules, joinedTables } from "../../policy-pack/views/fleet/fleet-rules";
import {
  factTableNames,
  factTables,
  type FactRow,
  type FactTableName,
} from "../../policy-pack/views/fleet/schema";

/** Rows of some tables; columns that are left out are empty. */
type Given = {
  readonly [Table in FactTableName]?: readonly Partial<FactRow<Table>>[];
};

/** A rule's findings: thing, stack, holder and tenant of each row. */
async function found(rule: string, given: Given): Promise<readonly string[]> {
  const database = await Database.open(defaultLimits);
  try {
    for (const table of factTableNames) {
      await database.create(table);
      const empty = Object.fromEntries(
        factTables[table].columns.map(({ name, type }) => [name, type === "integer" ? 0 : ""]),
      );
      const rows = (given[table] ?? []).map((row) => ({ ...empty, ...row }));
      await database.append(table, rows as unknown as readonly FactRow[]);
    }
    await joinTables(database);
    const rows = await rowsOfRule(database, rule);
    return rows.map(({ thing, stack, holder, tenant }) =>
      [thing, stack, holder, tenant].filter((text) => text !== "").join(" "),
    );
  } finally {
    database.close();
  }
}

const workloads = [
  { stack: "a", workload: "wa", label: "acme/desk", tenant: "acme", kind: "agent" },
  { stack: "b", workload: "wb", label: "globex/desk", tenant: "globex", kind: "agent" },
  { stack: "b", workload: "wc", label: "globex/more", tenant: "globex", kind: "undeclared" },
];
const ref = (stack: string, workload: string, part = "", secret = "crm") => ({
  ...{ stack, workload, secret, part },
});
const runs = (stack: string, workload: string, identity: string, is_default = "no") => ({
  ...{ stack, workload, identity, is_default },
});
const role = (stack: string, identity: string, tenant: string, account = "1") => ({
  ...{ stack, identity, tenant, account, arn: `arn:${identity}`, label: identity },
});
const reach = (
  stack: string,
  [principal, principal_tenant]: readonly [string, string],
  [identity, identity_tenant]: readonly [string, string],
  is_external: "yes" | "no",
  hops = 1,
) => ({ stack, principal, principal_tenant, identity, identity_tenant, is_external, hops });
const may = (stack: string, identity: string, more: Partial<FactRow<"permissions">>) => ({
  ...{ stack, identity, label: identity, account: "1", assumes: "no", service: "s3" },
  ...more,
});
const bucket = { stack: "b", resource: "arn:bucket", tenant: "globex", service: "s3" };

/** By rule: what is planted, and what is found of it. */
const cases: Readonly<
  Record<string, Readonly<Record<string, readonly [Given, readonly string[]]>>>
> = {
  "no-shared-secret": {
    "a secret of two stacks": [
      { workloads, secret_refs: [ref("a", "wa"), ref("b", "wb")] },
      ["crm a wa acme", "crm b wb globex"],
    ],
    "one key of a secret, which another stack uses whole": [
      { workloads, secret_refs: [ref("a", "wa", "token"), ref("b", "wb")] },
      ["crm a wa acme", "crm b wb globex"],
    ],
    "a value in plain text": [
      {
        workloads,
        secret_values: [
          { stack: "a", workload: "wa", fingerprint: "f" },
          { stack: "b", workload: "wb", fingerprint: "f" },
        ],
      },
      ["f a wa acme", "f b wb globex"],
    ],
    "no two keys of one secret": [
      { workloads, secret_refs: [ref("a", "wa", "token"), ref("b", "wb", "other")] },
      [],
    ],
    "no secret that one stack alone uses": [
      { workloads, secret_refs: [ref("b", "wb"), ref("b", "wc"), ref("a", "wa", "", "own")] },
      [],
    ],
  },
  "no-shared-identity": {
    "a role of two stacks": [
      { workloads, runs_as: [runs("a", "wa", "role"), runs("b", "wb", "role")] },
      ["role a wa acme", "role b wb globex"],
    ],
    "a role of a ServiceAccount that another stack runs as": [
      {
        workloads,
        identities: [role("c", "role", ""), role("c", "account", "")],
        runs_as: [
          runs("a", "wa", "role"),
          runs("b", "wb", "account"),
          runs("c", "account", "role"),
        ],
        trusts: [
          { stack: "c", principal: "account", target: "role", how: "assumes by Pod Identity" },
        ],
      },
      ["role a wa acme", "role b wb globex"],
    ],
    "no ServiceAccount of one stack with the workload of another": [
      {
        workloads,
        identities: [role("c", "role", ""), role("c", "account", "")],
        runs_as: [runs("b", "wb", "account"), runs("c", "account", "role")],
        trusts: [
          { stack: "c", principal: "account", target: "role", how: "assumes by Pod Identity" },
        ],
      },
      [],
    ],
    "no ServiceAccount `default`": [
      {
        workloads,
        runs_as: [runs("a", "wa", "default", "yes"), runs("b", "wb", "default", "yes")],
      },
      [],
    ],
  },
  "no-cross-tenant-trust": {
    "a role that names another tenant's": [
      {
        identities: [role("a", "ra", "acme"), role("b", "rb", "globex")],
        reaches: [reach("b", ["ra", ""], ["rb", "globex"], "yes")],
      },
      ["rb a ra acme"],
    ],
    "a role over two stacks and a role that no tenant owns": [
      {
        identities: [role("a", "ra", "acme"), role("h", "hub", ""), role("b", "rb", "globex")],
        reaches: [
          reach("h", ["ra", ""], ["hub", ""], "yes"),
          reach("b", ["hub", ""], ["rb", "globex"], "yes"),
        ],
      },
      ["rb a ra acme"],
    ],
    "a role that no tenant owns and two come to": [
      {
        identities: [role("a", "ra", "acme"), role("h", "hub", ""), role("b", "rb", "globex")],
        reaches: [
          reach("h", ["ra", ""], ["hub", ""], "yes"),
          reach("h", ["rb", ""], ["hub", ""], "yes"),
        ],
      },
      ["hub a ra acme", "hub b rb globex"],
    ],
    "a role that two tenants assume, and none of the roles that they assume only through it": [
      {
        identities: [
          role("a", "ra", "acme"),
          role("b", "rb", "globex"),
          role("h", "hub", ""),
          role("h", "next", ""),
          role("h", "last", ""),
        ],
        reaches: [
          reach("h", ["ra", ""], ["hub", ""], "yes"),
          reach("h", ["ra", ""], ["next", ""], "yes", 2),
          reach("h", ["ra", ""], ["last", ""], "yes", 3),
          reach("h", ["rb", ""], ["hub", ""], "yes"),
          reach("h", ["rb", ""], ["next", ""], "yes", 2),
          reach("h", ["rb", ""], ["last", ""], "yes", 3),
          reach("h", ["hub", ""], ["next", ""], "no"),
          reach("h", ["hub", ""], ["last", ""], "no", 2),
          reach("h", ["next", ""], ["last", ""], "no"),
        ],
      },
      ["hub a ra acme", "hub b rb globex"],
    ],
    "a role that two tenants assume, each through another role": [
      {
        identities: [
          role("a", "ra", "acme"),
          role("b", "rb", "globex"),
          role("h", "one", ""),
          role("h", "two", ""),
          role("h", "next", ""),
        ],
        reaches: [
          reach("h", ["ra", ""], ["one", ""], "yes"),
          reach("h", ["ra", ""], ["next", ""], "yes", 2),
          reach("h", ["rb", ""], ["two", ""], "yes"),
          reach("h", ["rb", ""], ["next", ""], "yes", 2),
          reach("h", ["one", ""], ["next", ""], "no"),
          reach("h", ["two", ""], ["next", ""], "no"),
        ],
      },
      ["next a ra acme", "next b rb globex"],
    ],
    "a role that one tenant assumes through a role of two, and the other also at once": [
      {
        identities: [
          role("a", "ra", "acme"),
          role("b", "rb", "globex"),
          role("h", "hub", ""),
          role("h", "next", ""),
        ],
        reaches: [
          reach("h", ["ra", ""], ["hub", ""], "yes"),
          reach("h", ["ra", ""], ["next", ""], "yes", 2),
          reach("h", ["rb", ""], ["hub", ""], "yes"),
          reach("h", ["rb", ""], ["next", ""], "yes"),
          reach("h", ["hub", ""], ["next", ""], "no"),
        ],
      },
      ["hub a ra acme", "hub b rb globex", "next a ra acme", "next b rb globex"],
    ],
    "a role that trusts an account, one of whose roles may assume it": [
      {
        identities: [role("a", "ra", "acme"), role("b", "rb", "globex", "2")],
        reaches: [reach("b", ["arn:aws:iam::1:root", ""], ["rb", "globex"], "yes")],
        permissions: [may("a", "ra", { assumes: "yes", pattern: "arn:r%", service: "*" })],
      },
      ["rb a ra acme"],
    ],
    "no role that trusts an account without a role that may": [
      {
        identities: [role("a", "ra", "acme"), role("b", "rb", "globex", "2")],
        reaches: [reach("b", ["arn:aws:iam::1:root", ""], ["rb", "globex"], "yes")],
        permissions: [
          may("a", "ra", { assumes: "yes", pattern: "arn:x%" }),
          may("a", "ra", { assumes: "no", resource: "arn:rb" }),
        ],
      },
      [],
    ],
    "no path behind another tenant's own role": [
      {
        identities: [role("a", "ra", "acme"), role("b", "rb", "globex"), role("c", "rc", "acme")],
        reaches: [
          reach("b", ["ra", ""], ["rb", "globex"], "yes"),
          reach("c", ["rb", ""], ["rc", "acme"], "yes"),
        ],
      },
      ["rb a ra acme", "rc b rb globex"],
    ],
    "no roles of one tenant, also in a circle": [
      {
        identities: [role("a", "ra", "acme"), role("b", "rb", ""), role("c", "rc", "")],
        reaches: [
          reach("b", ["ra", ""], ["rb", ""], "yes"),
          reach("c", ["rb", ""], ["rc", ""], "yes"),
          reach("b", ["rc", ""], ["rb", ""], "yes"),
        ],
      },
      [],
    ],
  },
  "no-cross-tenant-access": {
    "a bucket that a policy names": [
      {
        identities: [role("a", "ra", "acme")],
        permissions: [may("a", "ra", { resource: "arn:bucket", actions: "s3:GetObject" })],
        resources: [bucket],
      },
      ["arn:bucket a ra acme"],
    ],
    "a bucket that a pattern takes in": [
      {
        identities: [role("a", "ra", "acme")],
        permissions: [
          may("a", "ra", { pattern: "arn:b%", pattern_start: "arn:b", actions: "s3:GetObject" }),
        ],
        resources: [bucket],
      },
      ["arn:bucket a ra acme"],
    ],
    "a bucket whose policy names a role": [
      {
        identities: [role("a", "ra", "acme")],
        trusts: [
          {
            ...{ stack: "b", principal: "ra", target: "arn:bucket", target_what: "resource" },
            how: "s3:GetObject",
          },
        ],
        resources: [bucket],
      },
      ["arn:bucket a ra acme"],
    ],
    "a bucket of the stack, by a role that another tenant's workload runs as": [
      {
        identities: [role("b", "hub", "")],
        reaches: [reach("a", ["wa", "acme"], ["hub", ""], "no")],
        permissions: [may("b", "hub", { resource: "arn:bucket", actions: "s3:GetObject" })],
        resources: [bucket],
      },
      ["arn:bucket b hub acme"],
    ],
    "no bucket of the tenant itself": [
      {
        identities: [role("a", "ra", "globex")],
        permissions: [may("a", "ra", { resource: "arn:bucket", actions: "s3:GetObject" })],
        resources: [bucket],
      },
      [],
    ],
    "no permission on everything, which its own stack reports": [
      {
        identities: [role("a", "ra", "acme")],
        permissions: [may("a", "ra", { pattern: "%", service: "*", actions: "*" })],
        resources: [bucket],
      },
      [],
    ],
    "no pattern with a character of LIKE": [
      {
        identities: [role("a", "ra", "acme")],
        permissions: [
          may("a", "ra", { pattern: "arn!_bucket%", pattern_start: "", actions: "s3:GetObject" }),
        ],
        resources: [bucket],
      },
      [],
    ],
  },
  "no-shared-namespace": {
    "a namespace of two tenants": [
      {
        workloads,
        namespaces: [
          { stack: "a", namespace: "ns", workload: "wa", tenant: "acme" },
          { stack: "b", namespace: "ns", workload: "wb", tenant: "globex" },
        ],
      },
      ["ns a wa acme", "ns b wb globex"],
    ],
    "no namespace of one tenant": [
      {
        workloads,
        namespaces: [
          { stack: "a", namespace: "ns", workload: "wa", tenant: "acme" },
          { stack: "b", namespace: "ns", workload: "wb", tenant: "acme" },
        ],
      },
      [],
    ],
  },
  "no-spiffe-id-collision": {
    "an ID of two selections": [
      {
        spiffe_ids: [
          { stack: "a", spiffe_id: "spiffe://x/desk", selection: "1", urn: "ua" },
          { stack: "b", spiffe_id: "spiffe://x/desk", selection: "2", urn: "ub" },
        ],
      },
      ["spiffe://x/desk a ua", "spiffe://x/desk b ub"],
    ],
    "no ID of one selection": [
      {
        spiffe_ids: [
          { stack: "a", spiffe_id: "spiffe://x/desk", selection: "1", urn: "ua" },
          { stack: "b", spiffe_id: "spiffe://x/desk", selection: "1", urn: "ub" },
        ],
      },
      [],
    ],
  },
  "no-reused-cluster-name": {
    "a cluster that two stacks declare": [
      {
        clusters: [
          { stack: "a", cluster: "1/prod", what: "EKS cluster", role: "declares", urn: "ua" },
          { stack: "b", cluster: "1/prod", what: "EKS cluster", role: "declares", urn: "ub" },
        ],
      },
      ["1/prod a ua", "1/prod b ub"],
    ],
    "an issuer that stacks of two tenants trust": [
      {
        tenants: [
          { stack: "a", tenant: "acme" },
          { stack: "b", tenant: "globex" },
        ],
        clusters: [
          { stack: "a", cluster: "oidc.example", what: "OIDC issuer", role: "trusts", urn: "ua" },
          { stack: "b", cluster: "oidc.example", what: "OIDC issuer", role: "trusts", urn: "ub" },
        ],
      },
      ["oidc.example a ua acme", "oidc.example b ub globex"],
    ],
    "no issuer that stacks of one tenant trust": [
      {
        tenants: [
          { stack: "a", tenant: "acme" },
          { stack: "b", tenant: "acme" },
        ],
        clusters: [
          { stack: "a", cluster: "oidc.example", what: "OIDC issuer", role: "trusts", urn: "ua" },
          { stack: "b", cluster: "oidc.example", what: "OIDC issuer", role: "trusts", urn: "ub" },
        ],
      },
      [],
    ],
  },
  "no-shared-account": {
    "an account with identities of two tenants, by one stack of each": [
      {
        identities: [
          { stack: "a", identity: "ra", account: "1", tenant: "acme" },
          { stack: "b", identity: "rb", account: "1", tenant: "globex" },
          { stack: "c", identity: "rc", account: "1", tenant: "globex" },
          { stack: "c", identity: "rd", account: "1", tenant: "" },
        ],
      },
      ["account|1 a acme acme", "account|1 b globex globex"],
    ],
    "no account of one tenant, or of one stack, or whose tenants are not known": [
      {
        identities: [
          { stack: "a", identity: "ra", account: "1", tenant: "acme" },
          { stack: "b", identity: "rb", account: "1", tenant: "acme" },
          { stack: "b", identity: "rc", account: "2", tenant: "acme" },
          { stack: "b", identity: "rd", account: "2", tenant: "globex" },
          { stack: "a", identity: "re", account: "", tenant: "acme" },
          { stack: "b", identity: "rf", account: "", tenant: "globex" },
        ],
      },
      [],
    ],
  },
  "require-own-identity": {
    "a declared workload without one": [
      { workloads, runs_as: [runs("b", "wb", "role")] },
      ["wa a wa acme"],
    ],
  },
};

describe("rules over several stacks", () => {
  for (const { id } of fleetRules) {
    describe(id, () => {
      for (const [name, [given, rows]] of Object.entries(cases[id] ?? {})) {
        it(
          name.startsWith("no ") ? `does not find ${name.slice(3)}` : `finds ${name}`,
          async () => {
            assert.deepEqual(await found(id, given), rows);
          },
        );
      }

      it("has planted cases, a page and a file in SQL that names its columns", () => {
        assert.ok(Object.keys(cases[id] ?? {}).length > 0);
        const page = readFileSync(`docs/fleet/rules/${id}.md`, "utf8");
        assert.ok(page.startsWith(`# ${id}\n`));
        const columns = [...sqlOf("rules", id).matchAll(/ AS (\w+)[,\n]/g)].map(([, name]) => name);
        assert.deepEqual(columns.slice(-10), [
          ...["thing", "label", "what", "stack", "holder", "holder_label"],
          ...["tenant", "detail", "urn", "source"],
        ]);
      });
    });
  }

  it("read tables that each have a file in SQL, and no others", () => {
    const files = readdirSync("docs/fleet/joined").sort();
    assert.deepEqual(files, joinedTables.map((table) => `${table}.sql`).sort());
  });
});
