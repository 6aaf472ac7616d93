import { runCommand } from "./command";

/** Runs npm and returns its output; fails with its message. */
export async function npm(args: readonly string[], cwd: string): Promise<string> {
  const result = await runCommand("npm", args, { cwd, env: process.env });
  if (result.exitCode !== 0) throw new Error(`npm ${args.join(" ")}: ${result.stderr}`);
  return result.stdout;
}
