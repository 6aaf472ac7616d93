import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./command";
import { temporaryFolder } from "./temporary";
import { toolsEnvironment } from "./tools";

/** What `pulumi stack init` writes for a stack without resources. */
interface EmptyStack {
  /** The stack's settings. */
  readonly settings: string;
  readonly checkpoint: string;
}

const own = "demo";
let made: Promise<EmptyStack> | undefined;

/**
 * Has a project have a stack `dev` with nothing in it. The engine makes one, and the others are copies: it takes a quarter of a
 * second to derive the key of each from the passphrase.
 *
 * @param directory the folder of the project
 * @param backend the folder of its backend
 */
export async function makeStack(project: string, directory: string, backend: string) {
  const { settings, checkpoint } = await (made ??= initStack());
  const file = join(directory, "Pulumi.dev.yaml");
  writeFileSync(file, settings + (existsSync(file) ? readFileSync(file, "utf8") : ""));
  const stacks = stacksOf(backend, project);
  mkdirSync(stacks, { recursive: true });
  writeFileSync(join(backend, ".pulumi/meta.yaml"), "version: 1\n");
  writeFileSync(
    join(stacks, "dev.json"),
    checkpoint.replace(`"organization/${own}/dev"`, `"organization/${project}/dev"`),
  );
}

async function initStack(): Promise<EmptyStack> {
  const [directory, backend] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(directory, "Pulumi.yaml"), `name: ${own}\nruntime: nodejs\n`);
  const result = await runCommand("pulumi", ["--non-interactive", "stack", "init", "dev"], {
    cwd: directory,
    env: { ...toolsEnvironment(), PULUMI_BACKEND_URL: `file://${backend}` },
  });
  if (result.exitCode !== 0) throw new Error(`pulumi stack init: ${result.stderr}`);
  return {
    settings: readFileSync(join(directory, "Pulumi.dev.yaml"), "utf8"),
    checkpoint: readFileSync(join(stacksOf(backend, own), "dev.json"), "utf8"),
  };
}

function stacksOf(backend: string, project: string): string {
  return join(backend, ".pulumi/stacks", project);
}
