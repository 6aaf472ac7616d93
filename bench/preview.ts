import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";
import { processorSoFar } from "./processor";
import { toolPaths } from "./tools";

const root = resolve(__dirname, "..");
const cli = join(root, "dist/cli/main.js");

/** Processor time of a preview of one program with our pack, and with one without policies, in milliseconds. */
export interface PackedPreview {
  readonly ours: number;
  readonly empty: number;
}

/** The environment in which `pulumi` finds the built tools, or undefined where they are not built. */
export function previewEnvironment(folder: string): NodeJS.ProcessEnv | undefined {
  const paths = toolPaths("pulumi", "pulumi-kubernetes");
  if (paths === undefined) return undefined;
  const bin = join(folder, "bin");
  mkdirSync(bin);
  mkdirSync(join(folder, "state"));
  for (const built of Object.values(paths)) place(built, join(bin, basename(built)));
  const standIns = join(root, "tools/stand-ins/bin");
  for (const name of readdirSync(standIns)) symlinkSync(join(standIns, name), join(bin, name));
  return {
    PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
    // Without a home there is no cluster: the Kubernetes provider previews from inputs alone.
    HOME: folder,
    PULUMI_HOME: join(folder, "pulumi"),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/** The same without checking types: a check never checks them, a preview does unless an option forbids it. */
export function withoutTypes(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
}

/** Processor time of a check of a program, in milliseconds. */
export function runCheck(program: string): number {
  return mustRun(process.execPath, [cli, "check", program], program, process.env);
}

/** Makes the stack that programs are previewed in. */
export function makeStack(program: string, environment: NodeJS.ProcessEnv): void {
  mustRun("pulumi", ["stack", "init", "dev", "--non-interactive"], program, environment);
}

/** Processor time of a preview of a program, in milliseconds. */
export function runPreview(program: string, environment: NodeJS.ProcessEnv): number {
  const preview = ["preview", "--stack", "dev", "--non-interactive"];
  return mustRun("pulumi", preview, program, environment);
}

/** Previews the same program with each pack. */
export function runPacked(
  program: string,
  environment: NodeJS.ProcessEnv,
  packs: { readonly ours: string; readonly empty: string },
): PackedPreview {
  const timed = (pack: string): number => {
    const preview = ["preview", "--stack", "dev", "--non-interactive", "--policy-pack", pack];
    return mustRun("pulumi", preview, program, environment);
  };
  return { empty: timed(packs.empty), ours: timed(packs.ours) };
}

/** Writes a program of the size given: ServiceAccounts, each with a Deployment. */
export function writeProgram(folder: string, size: number): string {
  const program = join(folder, `program-${size}`);
  mkdirSync(program);
  symlinkSync(join(root, "node_modules"), join(program, "node_modules"));
  writeFileSync(join(program, "Pulumi.yaml"), `name: bench-${size}\nruntime: nodejs\n`);
  writeFileSync(join(program, "package.json"), '{"name": "bench", "private": true}');
  const options = { target: "es2022", module: "nodenext", moduleResolution: "nodenext" };
  writeFileSync(
    join(program, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...options, rootDir: ".", skipLibCheck: true } }),
  );
  writeFileSync(join(program, "index.ts"), programText(Math.ceil(size / 2)));
  return program;
}

function programText(pairs: number): string {
  return `import * as k8s from "@pulumi/kubernetes";
for (let i = 0; i < ${pairs}; i++) {
  const name = \`agent-\${i}\`;
  const metadata = { name, namespace: "desk" };
  new k8s.core.v1.ServiceAccount(name, { metadata, automountServiceAccountToken: false });
  const labels = { app: name };
  const container = { name: "main", image: "registry.example/agent:1.4.2" };
  new k8s.apps.v1.Deployment(name, {
    metadata,
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [container] } },
    },
  });
}
`;
}

/** The CLI looks for language hosts beside itself, where a link to elsewhere would not count as beside. */
function place(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

function mustRun(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): number {
  const before = processorSoFar();
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${stdout}${stderr}`);
  return processorSoFar() - before;
}
