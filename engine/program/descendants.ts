import { readFileSync, readdirSync } from "node:fs";

/** The variable by which what a program starts is known, whatever process group it puts itself into. */
export const MARK = "AGENTID_RUN";

/** More rounds than processes need that start one another while they are ended. */
const MOST_ROUNDS = 100;

/**
 * Ends the processes that a program started, which are found by who started them and by a mark in their environment.
 *
 * Where the system shows no processes under `/proc`, as macOS and Windows do not, none is found. A process that cleared
 * its environment and whose parent is gone is not found either.
 *
 * @param root the program's own process, which is left alone
 */
export function endDescendants(root: number | undefined, mark: string): void {
  const ended = new Set<number>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found = descendants(root, `${MARK}=${mark}`).filter((pid) => !ended.has(pid));
    if (found.length === 0) return;
    for (const pid of found) {
      ended.add(pid);
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It is gone already.
      }
    }
  }
}

function descendants(root: number | undefined, entry: string): readonly number[] {
  const parents = new Map<number, number>();
  const found: number[] = [];
  for (const pid of pidsListed()) {
    if (pid === process.pid || pid === root) continue;
    // `pid (name) state ppid …`, where the name may have anything in it: proc_pid_stat(5).
    const stat = textOf(`/proc/${pid}/stat`);
    parents.set(pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    if (textOf(`/proc/${pid}/environ`).split("\0").includes(entry)) found.push(pid);
  }
  const started = new Set(found);
  for (const [pid] of parents) {
    if (isStartedBy(root, pid, parents) && !started.has(pid)) found.push(pid);
  }
  return found;
}

function isStartedBy(
  root: number | undefined,
  pid: number,
  parents: ReadonlyMap<number, number>,
): boolean {
  if (root === undefined) return false;
  const seen = new Set<number>();
  for (let one = parents.get(pid); one !== undefined && !seen.has(one); one = parents.get(one)) {
    if (one === root) return true;
    seen.add(one);
  }
  return false;
}

function pidsListed(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
