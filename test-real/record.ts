// Runs the programs of test/programs on the real engine, each as a preview of a new stack, and writes what it said into
// test/recordings. The offline preview is tested against these. Run: npx tsx test-real/record.ts [PROGRAM...]
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./support/checkout";
import type { Exchange } from "./support/exchange";
import { newPolicyPack, newProject } from "./support/project";
import { recordingOf } from "./support/recording";
import { removeTemporaryFolders, temporaryFolder } from "./support/temporary";

/** The configuration each program runs with. */
const CONFIG: Readonly<
  Record<string, Readonly<Record<string, { value: string; secret: boolean }>>>
> = {
  config: {
    "config:tenant": { value: "acme", secret: false },
    "config:limits": { value: '{"seconds":3600}', secret: false },
    "config:token": { value: "a-made-up-token", secret: true },
  },
};

/** A pack that objects to nothing, so that the engine shows it everything. */
const SILENT_PACK = `
  const { PolicyPack } = require("@pulumi/policy");
  new PolicyPack("silent", { policies: [{
    name: "silent", description: "objects to nothing", enforcementLevel: "advisory",
    validateResource: () => {}, validateStack: () => {},
  }] });
`;

async function record(program: string): Promise<void> {
  const config = CONFIG[program] ?? {};
  const source = join(checkout, "test/programs", program);
  const project = await newProject({
    "Pulumi.yaml": readFileSync(join(source, "Pulumi.yaml"), "utf8"),
  });
  cpSync(source, project.directory, { recursive: true });
  for (const [key, { value, secret }] of Object.entries(config)) {
    await project.setConfig(key, value, { secret });
  }
  const file = join(temporaryFolder(), "exchanges");
  writeFileSync(file, "");
  const result = await project.preview({
    policyPack: newPolicyPack(SILENT_PACK),
    env: { AGENTID_RECORD: file },
  });
  if (result.exitCode !== 0) throw new Error(`${program}: ${result.stdout}${result.stderr}`);
  const exchanges = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Exchange);
  const recording = recordingOf(program, config, exchanges, project.directory);
  const folder = join(checkout, "test/recordings");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${program}.json`), JSON.stringify(recording, null, 1) + "\n");
  console.log(`${program}: ${exchanges.length} exchanges recorded`);
}

async function main(named: readonly string[]): Promise<void> {
  const programs = named.length > 0 ? named : readdirSync(join(checkout, "test/programs")).sort();
  try {
    for (const program of programs) await record(program);
  } finally {
    removeTemporaryFolders();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
