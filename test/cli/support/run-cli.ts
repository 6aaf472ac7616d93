import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

/** What a run of the command line gave. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `agentid` from source in a process of its own. */
export function runCli(args: readonly string[], cwd: string = process.cwd()): Run {
  const loader = resolve("node_modules/tsx/dist/cli.mjs");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [loader, resolve("cli/main.ts"), ...args],
    { cwd, encoding: "utf8", env: { ...process.env, TSX_TSCONFIG_PATH: resolve("tsconfig.json") } },
  );
  return { code: status, out: stdout, err: stderr };
}
