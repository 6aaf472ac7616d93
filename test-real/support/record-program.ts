import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./checkout";
import { configurationOf } from "./configuration";
import type { Exchange } from "./exchange";
import type { Json } from "./marks";
import { newPolicyPack, newProject } from "./project";
import { recordingOf } from "./recording";
import { temporaryFolder } from "./temporary";

/** A pack that objects to nothing, so that the engine shows it everything. */
const SILENT_PACK = `
  const { PolicyPack } = require("@pulumi/policy");
  new PolicyPack("silent", { policies: [{
    name: "silent", description: "objects to nothing", enforcementLevel: "advisory",
    validateResource: () => {}, validateStack: () => {},
  }] });
`;

const programs = join(checkout, "test/programs");

/** The names of the programs in `test/programs`. */
export function programNames(): readonly string[] {
  return readdirSync(programs).sort();
}

/** The location of a program's recording. */
export function recordingPath(program: string): string {
  return join(checkout, "test/recordings", `${program}.json`);
}

/** Previews a program of `test/programs` as a new stack on the real engine, and returns the output. */
export async function recordProgram(program: string): Promise<Json> {
  const source = join(programs, program);
  const project = await newProject({
    "Pulumi.yaml": readFileSync(join(source, "Pulumi.yaml"), "utf8"),
  });
  cpSync(source, project.directory, { recursive: true });
  const configuration = configurationOf(`test/programs/${program}`);
  await project.configure(configuration);
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
  return recordingOf(program, configuration, exchanges, project.directory);
}
