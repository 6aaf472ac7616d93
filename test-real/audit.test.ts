import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand, type CommandResult } from "./support/command";
import { builtCheckout } from "./support/installation";
import { newProject, type Project } from "./support/project";
import { temporaryFolder } from "./support/temporary";

const account = "111122223333";

interface Named {
  readonly role: string;
  readonly secret: string;
}

/** The stack of a tenant, which names a role and a secret that others made. */
function deskOf(tenant: string, named: Named): Promise<Project> {
  return newProject({
    "Pulumi.yaml": `name: ${tenant}-desk\nruntime: nodejs\n`,
    "index.ts": programOf(tenant, named),
  });
}

function programOf(tenant: string, { role, secret }: Named): string {
  return `import * as aws from "@pulumi/aws";
new aws.ecs.TaskDefinition("${tenant}-triage", {
  family: "${tenant}-triage",
  taskRoleArn: "arn:aws:iam::${account}:role/${role}",
  containerDefinitions: JSON.stringify([{
    name: "main",
    image: "registry.example/triage:1.4.0",
    secrets: [{
      name: "CRM_API_KEY",
      valueFrom: "arn:aws:secretsmanager:eu-central-1:${account}:secret:${secret}-AbCdEf",
    }],
  }]),
  tags: { "agentid.dev/tenant": "${tenant}" },
});
`;
}

describe("two tenants, each with a stack of its own", () => {
  const folder = temporaryFolder();

  it("pass one by one, and are blocked together where they share a role and a secret", async () => {
    const [acme, globex] = await deployed("integrations", "crm", "integrations", "crm");
    for (const file of [acme, globex]) assert.deepEqual(await verdictOf("audit", file), [0, []]);
    assert.deepEqual(await verdictOf("audit", acme, globex), [
      1,
      ["no-cross-tenant-secret", "no-cross-tenant-trust", "no-shared-identity"],
    ]);
  });

  it("pass together where each has its own", async () => {
    const [acme, globex] = await deployed("acme-triage", "acme/crm", "globex-triage", "globex/crm");
    assert.deepEqual(await verdictOf("audit", acme, globex), [0, []]);
  });

  it("name the second update of a self-managed backend, which introduced what they share", async () => {
    const acme = await deskOf("acme", { role: "acme-triage", secret: "crm" });
    const globex = await deskOf("globex", { role: "globex-triage", secret: "globex/crm" });
    for (const project of [acme, globex]) await mustUp(project, "use own key");
    const states = [acme, globex].map(({ environment }) =>
      fileURLToPath(environment["PULUMI_BACKEND_URL"] ?? ""),
    );
    await agentid("audit", ...states, "--report", `json=${join(folder, "yesterday.json")}`);
    globex.write({ "index.ts": programOf("globex", { role: "globex-triage", secret: "crm" }) });
    await mustUp(globex, "use the common key");
    await agentid("audit", ...states, "--report", `json=${join(folder, "tonight.json")}`);
    const { stdout } = await agentid("report", "tonight.json", "--against", "yesterday.json");
    assert.match(stdout, /^Against yesterday\.json: 1 new, 0 gone, 0 still there$/m);
    assert.match(
      stdout,
      /^ {4}introduced by: the update of stack `globex-desk\/dev`, \d{4}-\d\d-\d\d \d\d:\d\d UTC, message "use the common key"$/m,
    );
    // The same by what the command prints of the history, beside an export.
    const backend = { cwd: globex.directory, env: globex.environment };
    const history = await runCommand(
      "pulumi",
      ["stack", "history", "--json", "--stack", "dev"],
      backend,
    );
    const exported = join(folder, "exported");
    mkdirSync(exported);
    writeFileSync(join(exported, "globex.history.json"), history.stdout);
    writeFileSync(join(exported, "globex.json"), await globex.stackExportText());
    await agentid("audit", exported, "--report", `json=${join(folder, "exported.json")}`);
    const { stacks } = JSON.parse(readFileSync(join(folder, "exported.json"), "utf8")) as {
      readonly stacks: readonly { readonly updates: readonly { readonly message: string }[] }[];
    };
    assert.deepEqual(
      stacks.map(({ updates }) => updates.map(({ message }) => message)),
      [["use the common key", "use own key"]],
    );
  });

  async function mustUp(project: Project, message: string): Promise<void> {
    const { exitCode, stdout } = await project.up({ args: ["--message", message] });
    assert.equal(exitCode, 0, stdout);
  }

  /** The exports of both stacks, once updated with the pack in force. */
  async function deployed(
    acmeRole: string,
    acmeSecret: string,
    globexRole: string,
    globexSecret: string,
  ): Promise<readonly [string, string]> {
    const acme = await deskOf("acme", { role: acmeRole, secret: acmeSecret });
    const globex = await deskOf("globex", { role: globexRole, secret: globexSecret });
    return [await exportOf(acme, "acme"), await exportOf(globex, "globex")];
  }

  async function exportOf(project: Project, name: string): Promise<string> {
    const result = await project.up({ policyPack: builtCheckout.pack });
    assert.equal(result.exitCode, 0, result.stdout);
    const file = join(folder, `${name}.json`);
    writeFileSync(file, await project.stackExportText());
    return file;
  }

  async function verdictOf(...args: readonly string[]) {
    const result = await agentid(...args, "--report", "json");
    const reports = JSON.parse(result.stdout) as {
      readonly judgement: { readonly findings: readonly { readonly rule: string }[] };
    };
    return [result.exitCode, [...new Set(reports.judgement.findings.map(({ rule }) => rule))]];
  }

  function agentid(...args: readonly string[]): Promise<CommandResult> {
    return runCommand(process.execPath, [builtCheckout.command, ...args], {
      cwd: folder,
      env: process.env,
    });
  }
});
