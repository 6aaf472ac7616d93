import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const port = 18_447;

/**
 * Runs a PostgreSQL as it is configured by default, so that a commit waits for the disk, on loopback without TLS and password.
 *
 * @param command its server program
 * @param use gets the address of its database; the server ends after it
 */
export async function withPostgres<T>(
  command: string,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "agentid-bench-postgres-"));
  const owner = ownerOf(folder);
  const data = join(folder, "data");
  const initdb = ["--pgdata", data, "--username", "postgres", "--auth", "trust", "--no-sync"];
  execFileSync(join(dirname(command), "initdb"), initdb, {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    ...owner,
  });
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", "unix_socket_directories="];
  const server = spawn(command, ["-D", data, ...settings.flatMap((each) => ["-c", each])], {
    cwd: folder,
    stdio: "ignore",
    ...owner,
  });
  try {
    while (server.exitCode === null && !(await listens())) await delay(100);
    return await use(`postgres://postgres@127.0.0.1:${port}/postgres`);
  } finally {
    if (server.exitCode === null) {
      server.kill("SIGINT");
      await once(server, "exit");
    }
    rmSync(folder, { recursive: true });
  }
}

/** PostgreSQL refuses root, who runs it as the user of Debian's package. */
function ownerOf(folder: string): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number =>
    Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const owner = { uid: id("-u"), gid: id("-g") };
  chownSync(folder, owner.uid, owner.gid);
  return owner;
}

function listens(): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => settle(false));
    socket.once("connect", () => {
      settle(true);
      socket.destroy();
    });
  });
}
