import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { makeAuthority, type Certified } from "../certificates";
import { temporaryFolder } from "../temporary";
import { builtPrograms } from "../tools";
import { freePorts, startServer, type KillableServer } from "./server";

/** A running PostgreSQL with one database, whose owner logs in by certificate: there is no password. */
export interface Postgres extends KillableServer {
  /** Address of the database as its owner reaches it, for `pg` and `psql`; it names the files of the certificate and has no secret. */
  readonly url: string;
  /** Makes a role that logs in by a password, as RDS takes a token in its place; the address has none. */
  loginByPassword(role: string): Promise<string>;
  /** Runs a statement as the role that makes the others. */
  administer(text: string): Promise<void>;
  /** Starts it again over what it had on disk, once it was stopped or killed. */
  startAgain(): Promise<void>;
}

/** The role that makes the others. */
const administrator = "administrator";

/**
 * Starts a PostgreSQL of its own, with TLS, which takes logins by certificate alone.
 *
 * @param name of the database and of the role that owns it
 */
export async function startPostgres(name: string): Promise<Postgres> {
  const [command] = builtPrograms(["postgres"]);
  const [port] = await freePorts(1);
  const folder = temporaryFolder();
  const authority = makeAuthority();
  const files = filesOf(folder, authority.certificate, authority.certify("localhost", "server"));
  const owner = ownerOf(folder, Object.values(files));
  const data = join(folder, "data");
  execFileSync(
    join(dirname(command), "initdb"),
    [
      ...["--pgdata", data, "--username", administrator, "--auth", "reject", "--no-sync"],
      ...["--encoding", "UTF8", "--locale", "C"],
    ],
    { cwd: folder, stdio: ["ignore", "ignore", "pipe"], ...owner },
  );
  const urlOf = (role: string, database: string): string => {
    const { certificate, key } = authority.certify(role, "client");
    const files = `sslrootcert=${authority.certificate}&sslcert=${certificate}&sslkey=${key}`;
    return `postgres://${role}@localhost:${port}/${database}?sslmode=verify-full&${files}`;
  };
  const administered = urlOf(administrator, "postgres");
  const start = (): Promise<KillableServer> =>
    startServer({
      name: "postgres",
      command,
      cwd: folder,
      args: ["-D", data, ...settings({ ...files, port: String(port) })],
      isReady: async () => {
        await queryOnce(administered, "SELECT 1");
        return true;
      },
      stopBy: "SIGINT",
      ...owner,
    });
  let server = await start();
  const administer = (text: string): Promise<void> => queryOnce(administered, text);
  await administer(`CREATE ROLE "${name}" LOGIN`);
  await administer(`CREATE DATABASE "${name}" OWNER "${name}"`);
  return {
    url: urlOf(name, name),
    administer,
    loginByPassword: async (role) => {
      const lines = readFileSync(files.hba_file, "utf8");
      // The first matching line counts. RDS requires the token in plain text as well, within TLS.
      writeFileSync(files.hba_file, `hostssl all ${role} all password\n${lines}`);
      await administer(`CREATE ROLE "${role}" LOGIN`);
      await administer(`GRANT "${name}" TO "${role}"`);
      await administer(`ALTER ROLE "${role}" SET role "${name}"`);
      await administer("SELECT pg_reload_conf()");
      return `postgres://${role}@localhost:${port}/${name}?sslmode=verify-full&sslrootcert=${authority.certificate}`;
    },
    printed: () => server.printed(),
    stop: () => server.stop(),
    kill: () => server.kill(),
    startAgain: async () => {
      server = await start();
    },
  };
}

/** Files that the server reads: by its own user, so copies of what the test made. */
function filesOf(folder: string, ca: string, { certificate, key }: Certified) {
  const copy = (from: string, to: string): string => {
    copyFileSync(from, join(folder, to));
    chmodSync(join(folder, to), 0o600);
    return join(folder, to);
  };
  const logins = join(folder, "pg_hba.conf");
  writeFileSync(logins, "hostssl all all 127.0.0.1/32 cert\nhostssl all all ::1/128 cert\n");
  return {
    hba_file: logins,
    ssl_ca_file: copy(ca, "ca.crt"),
    ssl_cert_file: copy(certificate, "server.crt"),
    ssl_key_file: copy(key, "server.key"),
  };
}

function settings(files: Readonly<Record<string, string>>): readonly string[] {
  const all = {
    ...files,
    ssl: "on",
    listen_addresses: "localhost",
    // No socket, whose path the system keeps short.
    unix_socket_directories: "",
  };
  return Object.entries(all).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
}

/** Who runs the server: PostgreSQL refuses root, so that root runs it as the user of Debian's package, and gives it the folder. */
function ownerOf(
  folder: string,
  files: readonly string[],
): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number =>
    Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const owner = { uid: id("-u"), gid: id("-g") };
  for (const path of [folder, ...files]) chownSync(path, owner.uid, owner.gid);
  return owner;
}

async function queryOnce(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
