import { join } from "node:path";
import { checkout } from "../checkout";
import { runCommand } from "../command";
import { temporaryFolder } from "../temporary";
import { builtPrograms } from "../tools";
import { freePorts, startServer, type Server } from "./server";

/** The account of the stand-in provider, and the region of the examples. */
const account = "111122223333";
const region = "eu-central-1";

/** A running moto, which answers AWS's API and keeps what is made until it ends. */
export interface Moto extends Server {
  /** The environment by which AWS's SDKs, and the stand-in provider with them, call it. */
  readonly env: Readonly<Record<string, string>>;
  /** Its current content. */
  held(): Promise<Held>;
  /** Empties it, so that one test's rest is not in the next one. */
  reset(): Promise<void>;
}

/** The content of an account by the types of the stand-in provider. */
export interface Held {
  readonly roles: readonly HeldRole[];
  readonly policies: readonly { readonly arn: string; readonly document: unknown }[];
  readonly users: readonly { readonly arn: string; readonly accessKeys: number }[];
  /** Each with the ARN of the key that encrypts it. */
  readonly secrets: readonly {
    readonly arn: string;
    readonly key?: string;
    readonly policy?: unknown;
  }[];
  /** ARNs of the keys that do not wait for their end. */
  readonly keys: readonly string[];
  /** Names. */
  readonly buckets: readonly string[];
  /** URLs. */
  readonly queues: readonly string[];
  /** Those that are active, each with the role of its tasks. */
  readonly taskDefinitions: readonly RunsAs[];
  readonly functions: readonly RunsAs[];
  /** Names. */
  readonly logGroups: readonly string[];
}

/** The content of an unused account. */
export const nothingHeld: Held = {
  roles: [],
  policies: [],
  users: [],
  secrets: [],
  keys: [],
  buckets: [],
  queues: [],
  taskDefinitions: [],
  functions: [],
  logGroups: [],
};

/** What runs as a role. */
export interface RunsAs {
  readonly arn: string;
  /** ARN of the role. */
  readonly role: string;
}

/** A role with its documents, as IAM has them. */
export interface HeldRole {
  readonly arn: string;
  readonly trust: unknown;
  /** Seconds that a session may last. */
  readonly maxSession: number;
  /** ARN of its permissions boundary. */
  readonly boundary?: string;
  /** The documents of the policies within it, by name. */
  readonly policies: Readonly<Record<string, unknown>>;
}

/** Starts a moto of one empty account. */
export async function startMoto(): Promise<Moto> {
  const [command] = builtPrograms(["moto"]);
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name: "moto",
    command,
    cwd: temporaryFolder(),
    args: ["-m", "moto.server", "--host", "127.0.0.1", "--port", String(port)],
    env: { MOTO_ACCOUNT_ID: account },
    isReady: async () => (await fetch(`${url}/moto-api/`)).ok,
  });
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "any",
    AWS_SECRET_ACCESS_KEY: "any",
  };
  const reset = async (): Promise<void> => {
    const { ok, status } = await fetch(`${url}/moto-api/reset`, { method: "POST" });
    if (!ok) throw new Error(`moto was not reset: ${status}`);
  };
  return { ...server, env, held: () => heldAt(env), reset };
}

async function heldAt(env: Readonly<Record<string, string>>): Promise<Held> {
  const script = join(checkout, "tools/stand-ins/aws/emulated/held.cjs");
  const { exitCode, stdout, stderr } = await runCommand(process.execPath, [script], {
    cwd: checkout,
    env: { PATH: process.env["PATH"], ...env },
  });
  if (exitCode !== 0) throw new Error(`what moto holds cannot be told: ${stderr}`);
  return JSON.parse(stdout) as Held;
}
