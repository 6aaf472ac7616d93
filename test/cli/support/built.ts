import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Run } from "./run-cli";

/** What a run of the built command line has besides its arguments. */
interface BuiltOptions {
  readonly cwd: string;
  /** The package. Default: this one. */
  readonly from?: string;
  readonly nodeArgs?: readonly string[];
  readonly variables?: NodeJS.ProcessEnv;
}

/** Runs `agentid` as it is built, without what speeds tests up: that opens files too. */
export function runBuilt(args: readonly string[], options: BuiltOptions): Run {
  const { cwd, from = resolve("."), nodeArgs = [], variables = {} } = options;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...nodeArgs, join(from, "dist/cli/main.js"), ...args],
    {
      cwd,
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: undefined, NODE_V8_COVERAGE: undefined, ...variables },
    },
  );
  return { code: status, out: stdout, err: stderr };
}

/** What the command line reads or loads of its package. */
const parts = [
  ...["package.json", "dist", "cli/page", "docs/rules"],
  ...["policy-pack/dist", "policy-pack/package.json", "policy-pack/PulumiPolicy.yaml"],
];

/** Packages of which a preview needs code, apart from what Pulumi's SDK loads. */
const packages = ["@secretlint", "@textlint", "@viz-js", "acorn", "typescript", "yaml"];

/**
 * Installs the built package in a folder anew, with files of its own, and links the other packages; returns where the package is.
 *
 * @param folder where programs find the packages too
 */
export function installIn(folder: string): string {
  const modules = join(folder, "node_modules");
  const own = join(modules, "pulumi-agentid");
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  for (const part of parts) cpSync(part, join(own, part), { recursive: true });
  for (const name of readdirSync("node_modules")) {
    if (name.startsWith(".")) continue;
    const [from, to] = [resolve("node_modules", name), join(modules, name)];
    if (packages.includes(name)) cpSync(from, to, { recursive: true, dereference: true, filter });
    else symlinkSync(from, to);
  }
  return own;
}

/** All but what TypeScript has for editors. */
function filter(file: string): boolean {
  return dirname(file) !== resolve("node_modules/typescript/lib") || /typescript\.js$/.test(file);
}
