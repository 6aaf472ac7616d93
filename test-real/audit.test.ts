import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand, type CommandResult } from "./support/command";
import { builtCheckout } from "./support/installation";
import { newProject, type Project } from "./support/project";
import { temporaryFolder } from "./support/temporary";

const account = "111122223333";

/** The stack of a tenant, which names a role and a secret that others made. */
function deskOf(tenant: string, { role, secret }: { role: string; secret: string }) {
  return newProject({
    "Pulumi.yaml": `name: ${tenant}-desk\nruntime: nodejs\n`,
    "index.ts": `import * as aws from "@pulumi/aws";
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
`,
  });
}

describe("two tenants, each with a stack of its own", () => {
  const folder = temporaryFolder();

  it("hold one by one, and are blocked together where they share a role and a secret", async () => {
    const [acme, globex] = await deployed("integrations", "crm", "integrations", "crm");
    for (const file of [acme, globex]) assert.deepEqual(await verdictOf("audit", file), [0, []]);
    assert.deepEqual(await verdictOf("audit", acme, globex), [
      1,
      ["no-cross-tenant-trust", "no-shared-identity", "no-shared-secret"],
    ]);
  });

  it("hold together where each has its own", async () => {
    const [acme, globex] = await deployed("acme-triage", "acme/crm", "globex-triage", "globex/crm");
    assert.deepEqual(await verdictOf("audit", acme, globex), [0, []]);
  });

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
