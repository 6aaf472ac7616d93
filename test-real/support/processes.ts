import { execFileSync } from "node:child_process";

/** A process as the system lists it. */
interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/**
 * The process that a run has started, itself or through others, with a word in its command line.
 *
 * @param root the process id of the run
 */
export function startedBy(root: number, word: string): number {
  const all = listProcesses();
  const found = descendantsOf(root, all).find(({ command }) => command.includes(word));
  if (found !== undefined) return found.pid;
  throw new Error(`no process of ${root} has \`${word}\` in its command line`);
}

function descendantsOf(root: number, all: readonly Listed[]): readonly Listed[] {
  const children = all.filter(({ parent }) => parent === root);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, all)]);
}

function listProcesses(): readonly Listed[] {
  const printed = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" });
  return printed.split("\n").flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}
