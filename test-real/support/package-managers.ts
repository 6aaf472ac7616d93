import { join } from "node:path";
import { tmpdir } from "node:os";
import { runCommand } from "./command";
import { builtPrograms } from "./tools";

/** A program that installs packages into a project. */
export type PackageManager = "npm" | "pnpm" | "yarn" | "yarn classic";

interface Commands {
  /** The program and its first arguments. */
  readonly run: () => readonly [string, ...string[]];
  /** Installs what package.json lists. */
  readonly install: readonly string[];
  /** Adds a packed package of the given path. */
  readonly add: (tarball: string) => readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const alone = ["--mutex", `file:${join(tmpdir(), "agentid-yarn-mutex")}`];

const npmOptions = ["--no-audit", "--no-fund", "--prefer-offline"];

const managers: Readonly<Record<PackageManager, Commands>> = {
  npm: {
    run: () => ["npm"],
    install: ["install", ...npmOptions],
    add: (tarball) => ["install", ...npmOptions, tarball],
  },
  pnpm: {
    run: () => [process.execPath, ...builtPrograms(["pnpm"])],
    install: ["install", "--prefer-offline", "--no-frozen-lockfile"],
    add: (tarball) => ["add", "--prefer-offline", tarball],
  },
  yarn: {
    run: () => [process.execPath, ...builtPrograms(["yarn"])],
    install: ["install"],
    add: (tarball) => ["add", `pulumi-agentid@file:${tarball}`],
    // Pulumi's host looks for packages in node_modules, and not in Yarn's archives.
    env: {
      YARN_NODE_LINKER: "node-modules",
      YARN_ENABLE_TELEMETRY: "0",
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
      YARN_ENABLE_HARDENED_MODE: "0",
    },
  },
  "yarn classic": {
    run: () => [process.execPath, ...builtPrograms(["yarn-classic"])],
    // Two of it that fill one cache at a time break it (source: classic.yarnpkg.com, CLI, `--mutex`).
    install: ["install", "--prefer-offline", "--non-interactive", ...alone],
    add: (tarball) => ["add", "--prefer-offline", "--non-interactive", ...alone, `file:${tarball}`],
  },
};

/** Installs what a project's package.json lists. */
export async function installDeclared(manager: PackageManager, folder: string): Promise<void> {
  await manage(manager, managers[manager].install, folder);
}

/** Adds a packed package to a project, as its users do. */
export async function addPackage(
  manager: PackageManager,
  tarball: string,
  folder: string,
): Promise<void> {
  await manage(manager, managers[manager].add(tarball), folder);
}

async function manage(
  manager: PackageManager,
  args: readonly string[],
  cwd: string,
): Promise<void> {
  const { run, env } = managers[manager];
  const [command, ...first] = run();
  const result = await runCommand(command, [...first, ...args], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: "", ...env },
  });
  if (result.exitCode === 0) return;
  throw new Error(`${manager} ${args.join(" ")}: ${result.stdout}${result.stderr}`);
}
