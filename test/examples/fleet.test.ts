import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Database, defaultLimits } from "../../cli/fleet/duckdb";
import { joinedTables } from "../../policy-pack/views/fleet/fleet-rules";
import { factTableNames } from "../../policy-pack/views/fleet/schema";
import type { Resource } from "../../core/snapshot/resource";
import { isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import { previewProgram } from "../../engine";
import { readStackExport } from "../../engine/state";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { stackExport, taskOf } from "../cli/support/fleet-exports";
import { Folder } from "../cli/support/folder";
import { runCli, runInShell } from "../cli/support/run-cli";
import { readPage } from "../pages/page";
import { deployProgram } from "../support/deployed-program";
import { inProgramHost } from "../support/program-host";
import { snapshotOf } from "../support/resources";
import { exportOf } from "../support/views";

const example = "examples/fleet";
const place = { account: "111122223333", region: "eu-central-1" };

/** How Parquet spells the types that Glue has for columns. */
const inParquet: Readonly<Record<string, string>> = {
  string: "BYTE_ARRAY UTF8",
  int: "INT32 INT_32",
};

const judge = (resources: readonly Resource[]) =>
  judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });

async function previewed(directory: string, state?: readonly Resource[]) {
  const preview = await previewProgram({
    directory,
    stack: "dev",
    ...(state && { state: snapshotOf(state) }),
  });
  assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
  return preview.snapshot.resources;
}

/** The inputs of all resources of a type, by the names of the resources. */
function inputsOf(resources: readonly Resource[], type: string): ReadonlyMap<string, ValueRecord> {
  return new Map(
    resources.filter((each) => each.type === type).map(({ name, inputs }) => [name, inputs]),
  );
}

function text(value: Value | undefined): string {
  assert.ok(typeof value === "string", JSON.stringify(value));
  return value;
}

interface Document {
  readonly Statement: readonly {
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
  }[];
}

const parsed = (value: Value | undefined) => JSON.parse(text(value)) as Document;

/** What policies allow, by the names of their resources: each statement as its actions and resources. */
function allowed(resources: readonly Resource[]): ReadonlyMap<string, readonly string[]> {
  const policies = inputsOf(resources, "aws:iam/rolePolicy:RolePolicy");
  return new Map(
    [...policies].map(([name, { policy }]) => [
      name,
      parsed(policy).Statement.map(({ Action, Resource }) => [Action, Resource].flat(2).join(" ")),
    ]),
  );
}

/** What a state machine of two maps looks like. */
interface Definition {
  readonly States: {
    readonly Queries: {
      readonly Result: { readonly joined: readonly object[]; readonly rules: readonly Query[] };
    };
  };
}

interface Query {
  readonly name: string;
  readonly sql: string;
}

const sorted = (queries: readonly Query[]) =>
  [...queries].sort((a, b) => (a.name < b.name ? -1 : 1));

function definition(resources: readonly Resource[]): string {
  return text(
    inputsOf(resources, "aws:sfn/stateMachine:StateMachine").get("night")?.["definition"],
  );
}

describe("the example of a nightly job over all stacks", function () {
  inProgramHost();

  let folder: Folder;
  let first: readonly Resource[];
  let deployed: readonly Resource[];

  before(async () => {
    folder = new Folder();
    first = await previewed(example);
    deployed = await deployProgram(example, place);
  });

  after(() => folder.remove());

  it("has no finding in its first preview, in a later one, and by the export of its stack", async () => {
    const exported = readStackExport(exportOf(deployed) ?? "");
    assert.ok(exported.kind === "snapshot");
    const looks = [first, await previewed(example, deployed), exported.snapshot.resources];
    for (const look of looks) {
      const { findings, workloads } = await judge(look);
      assert.deepEqual(
        findings.map(({ rule, message }) => `${rule}: ${message}`),
        [],
      );
      assert.deepEqual(
        workloads.map(({ label, federation }) => [label, federation]),
        [
          ["platform/facts-billing", ["token.actions.githubusercontent.com"]],
          ["platform/facts-support-desk", ["token.actions.githubusercontent.com"]],
          ["platform/night", ["states.amazonaws.com"]],
        ],
      );
    }
  });

  it("declares the tables that `agentid facts` writes, with their columns and types", async () => {
    folder.write({ "acme.json": stackExport("acme", [taskOf("acme", "desk")]) });
    const { code, err } = await runCli(["facts", "acme.json", "--out", "facts"], folder.path);
    assert.deepEqual([code, err], [0, ""]);
    const database = await Database.open(defaultLimits);
    const written: Record<string, readonly string[]> = {};
    for (const table of readdirSync(join(folder.path, "facts"))) {
      if (table === "facts.json") continue;
      const file = join(folder.path, "facts", table, "facts.parquet").replaceAll("'", "''");
      const rows = await database.rows(
        `SELECT name, type, converted_type AS kind FROM parquet_schema('${file}') WHERE num_children IS NULL`,
      );
      written[table] = rows.map(({ name, type, kind }) => `${name} ${type} ${kind}`);
    }
    database.close();
    const tables = inputsOf(deployed, "aws:glue/catalogTable:CatalogTable");
    const declared = [...tables.values()].map(({ name, storageDescriptor }) => {
      assert.ok(isRecord(storageDescriptor) && isList(storageDescriptor["columns"]));
      const columns = storageDescriptor["columns"].map((column) => {
        assert.ok(isRecord(column));
        return `${text(column["name"])} ${inParquet[text(column["type"])] ?? "?"}`;
      });
      return [text(name), columns] as const;
    });
    assert.deepEqual(Object.fromEntries(declared), written);
    assert.deepEqual(declared.map(([name]) => name).sort(), [...factTableNames].sort());
  });

  it("saves and runs every query of the package, unchanged but for the table that it is stored as", () => {
    const sqlIn = (folder: string, name: string): string =>
      readFileSync(join("docs/fleet", folder, `${name}.sql`), "utf8");
    const namesIn = (folder: string): readonly string[] =>
      readdirSync(join("docs/fleet", folder)).flatMap((file) =>
        file.endsWith(".sql") ? [file.replace(/\.sql$/, "")] : [],
      );
    const rules = namesIn("rules").map((name) => ({ name, sql: sqlIn("rules", name) }));
    const joined = joinedTables.map((name) => ({
      drop: `DROP TABLE IF EXISTS ${name}`,
      sql: `CREATE TABLE ${name} WITH (format = 'PARQUET') AS\n${sqlIn("joined", name)}`,
    }));
    assert.deepEqual([...joinedTables].sort(), namesIn("joined"));
    const { States } = JSON.parse(definition(deployed)) as Definition;
    const run = States.Queries.Result;
    assert.deepEqual(run.joined, joined);
    assert.deepEqual(sorted(run.rules), sorted(rules));
    const saved = inputsOf(deployed, "aws:athena/namedQuery:NamedQuery");
    assert.deepEqual(
      [...saved.values()].map(({ query }) => query).sort(),
      [...joined, ...rules].map(({ sql }) => sql).sort(),
    );
  });

  it("allows each job to write only its own file of each table", () => {
    const policies = allowed(deployed);
    for (const job of ["billing", "support-desk"]) {
      const files = factTableNames.map(
        (table) => `arn:aws:s3:::acme-fleet-facts/facts/${table}/${job}.parquet`,
      );
      assert.deepEqual(policies.get(`facts-${job}`), [["s3:PutObject", ...files].join(" ")]);
    }
  });

  it("allows a job to write what the two lines of the page write", () => {
    const page = readPage(readFileSync("docs/fleet/athena.md", "utf8"));
    const [lines, ...others] = page.snippets.filter(({ language }) => language === "sh");
    assert.deepEqual(others, []);
    folder.write({ "job/export.json": stackExport("acme", [taskOf("acme", "desk")]) });
    const standIns = [
      `for word; do printf ' "%s"' "$word"; done > agentid`,
      `npx() { test "$1 $2" = "--no-install agentid" && shift 2 && eval "$(cat agentid)" '"$@"'; }`,
      `aws() { test -f "$3" && echo "$1 $2 $4" >> copied; }`,
    ];
    const script = ["set -e", ...standIns, lines?.code].join("\n");
    const { code, err } = runInShell(script, [], join(folder.path, "job"));
    assert.deepEqual([code, err], [0, ""]);
    const copied = readFileSync(join(folder.path, "job/copied"), "utf8").trimEnd().split("\n");
    const [statement = ""] = allowed(deployed).get("facts-billing") ?? [];
    assert.deepEqual(
      copied.sort(),
      statement
        .replace(/^s3:PutObject /, "")
        .split(" ")
        .map((arn) => arn.replace("arn:aws:s3:::", "s3 cp s3://"))
        .sort(),
    );
  });

  it("allows the nightly job to call what its steps call", () => {
    const calls = [...definition(deployed).matchAll(/arn:aws:states:::(\w+):(\w+)/g)].map(
      ([, service = "", action = ""]) => `${service}:${action.toLowerCase()}`,
    );
    assert.deepEqual([...new Set(calls)].sort(), [
      "athena:getqueryresults",
      "athena:startqueryexecution",
      "sns:publish",
    ]);
    const words = allowed(deployed).get("night")?.join(" ").toLowerCase().split(" ") ?? [];
    for (const call of calls) assert.ok(words.includes(call), call);
  });

  it("allows whole folders of the bucket to the night alone, and the night to no other service", () => {
    const policies = allowed(deployed);
    const wide = [...policies].flatMap(([name, statements]) =>
      statements.flatMap((statement) =>
        statement
          .split(" ")
          .filter((word) => word.includes("*"))
          .map((word) => `${name}: ${word}`),
      ),
    );
    assert.deepEqual([...new Set(wide)].sort(), [
      "night: arn:aws:s3:::acme-fleet-facts/facts/*",
      "night: arn:aws:s3:::acme-fleet-facts/results/*",
    ]);
    const glue = (name: string) => `arn:aws:glue:eu-central-1:111122223333:${name}`;
    const stored = joinedTables.map((table) => glue(`table/agentid_fleet/${table}`));
    const written = ["glue:CreateTable", "glue:DeleteTable", glue("catalog")];
    assert.deepEqual(
      policies.get("night")?.filter((statement) => statement.includes("glue:CreateTable")),
      [[...written, glue("database/agentid_fleet"), ...stored].join(" ")],
    );
    assert.deepEqual(policies.get("schedule"), [
      "states:StartExecution arn:aws:states:eu-central-1:111122223333:stateMachine:agentid-fleet",
    ]);
    const trusts = [...inputsOf(deployed, "aws:iam/role:Role")]
      .filter(([name]) => !name.startsWith("facts-"))
      .map(([name, { assumeRolePolicy }]) => [name, parsed(assumeRolePolicy).Statement]);
    const trust = (service: string, source: string) => [
      {
        Effect: "Allow",
        Principal: { Service: `${service}.amazonaws.com` },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "111122223333" },
          ArnEquals: { "aws:SourceArn": `arn:aws:${service}:eu-central-1:111122223333:${source}` },
        },
      },
    ];
    assert.deepEqual(Object.fromEntries(trusts), {
      night: trust("states", "stateMachine:agentid-fleet"),
      schedule: trust("scheduler", "schedule-group/agentid-fleet"),
    });
  });

  it("is reported with one role for everything, and with jobs of another tenant that write to the bucket", async () => {
    const copied = new Folder();
    try {
      const path = copied.example(example);
      writeFileSync(join(path, "service-role.ts"), oneRole);
      const file = join(path, "index.ts");
      const before = readFileSync(file, "utf8");
      const after = before.replace("tenant: platform.ref", "tenant: globex.ref");
      assert.notEqual(after, before);
      writeFileSync(file, after.replace("const tags =", `${otherTenant}\nconst tags =`));
      const wanted = [
        ...["billing", "support-desk"].map(
          (job) =>
            `violated no-cross-tenant-access: Policy \`facts-${job}\` allows tenant \`globex\` to call \`s3:PutObject\` on bucket \`facts\` of tenant \`platform\``,
        ),
        "violated no-privilege-escalation: Policy `everything` allows privilege escalation: log in to a Glue endpoint (`glue:UpdateDevEndpoint` on `*`); change the script of a Glue job (`glue:UpdateJob` on `*`, `glue:StartJobRun`); and 1 more",
        "violated no-wildcard-authority: Policy `everything` allows every action of a service on every resource: `s3:*`, `athena:*`, `glue:*` on `*` (statement 1)",
        "violated require-source-condition: Role `everything` can be assumed by `states.amazonaws.com` and `scheduler.amazonaws.com` on behalf of any AWS account",
      ];
      assert.deepEqual(await findingsIn(await previewed(path)), wanted);
      assert.deepEqual(await findingsIn(await deployProgram(path, place)), wanted);
    } finally {
      copied.remove();
    }
  });
});

async function findingsIn(resources: readonly Resource[]): Promise<readonly string[]> {
  const { findings } = await judge(resources);
  return findings.map(({ verdict, rule, message }) => `${verdict} ${rule}: ${message}`).sort();
}

/** In place of a role for each service, a role for all of them. */
const oneRole = `
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

let shared: aws.iam.Role | undefined;

export function serviceRole(..._: readonly unknown[]): pulumi.Output<string> {
  if (shared !== undefined) return shared.arn;
  shared = new aws.iam.Role("everything", {
    name: "everything",
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: ["states.amazonaws.com", "scheduler.amazonaws.com"] },
          Action: "sts:AssumeRole",
        },
      ],
    },
  });
  new aws.iam.RolePolicy("everything", {
    role: shared.name,
    policy: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["s3:*", "athena:*", "glue:*", "sns:Publish", "states:StartExecution"],
          Resource: "*",
        },
      ],
    },
  });
  return shared.arn;
}
`;

const otherTenant = `
const globex = new agentid.Tenant("globex", {
  federation: {
    github: { providerArn: config.require("providerArn"), owner: "globex", ownerId: "77" },
  },
});
`;
