import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { peopleKey, refundRequest, resource, spireKey } from "../../../test/broker/support/desk";
import { builtCheckout } from "../installation";
import { temporaryFolder } from "../temporary";
import { startServer, type KillableServer } from "./server";

/** How to run a broker. */
export interface BrokerArgs {
  /** Where callers reach it. */
  readonly listen: string;
  /** Where health is, if not there. */
  readonly operations?: string;
  /** Parts of its configuration file in place of those of a desk with one agent, `triage`, and one tool, `refunds`. */
  readonly parts?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** How it is started. @param folder with its configuration. Default: the built `agentid broker` */
  readonly command?: (folder: string) => readonly [string, ...string[]];
}

/** Runs a broker as its own process, and waits until it is ready. */
export async function startBrokerProcess({
  listen,
  operations,
  parts = {},
  env = {},
  command = () => [process.execPath, builtCheckout.command, "broker", "--config", "broker.yaml"],
}: BrokerArgs): Promise<KillableServer> {
  const folder = temporaryFolder();
  for (const [name, key] of Object.entries({ spire: await spireKey, people: await peopleKey })) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ keys: [key.jwk] }));
  }
  writeFileSync(
    join(folder, "broker.yaml"),
    JSON.stringify({ ...configuration, listen, operations, ...parts }),
  );
  const [program, ...args] = command(folder);
  return startServer({
    name: "the broker",
    command: program,
    args,
    cwd: folder,
    env,
    isReady: async () => (await fetch(`http://${operations ?? listen}/readyz`)).status === 200,
    // It answers for `drainSeconds`, and then ends what runs.
    stopTimeout: 30_000,
  });
}

/** The issuers of a desk, as its file has them. */
export const deskIssuers = [
  { name: "spire", kind: "spiffe", trustDomain: "acme.example", keys: "spire.json" },
  { name: "people", kind: "oidc", issuer: "https://login.acme.example", keys: "people.json" },
] as const;

const subjectsOf = (name: string): readonly object[] => [
  { issuer: "spire", subject: `spiffe://acme.example/acme/${name}` },
];

const configuration = {
  ...{ tenant: "acme", issuer: "https://broker.acme.example", perMinute: 100_000 },
  state: { sqlite: "broker.db" },
  issuers: deskIssuers,
  workloads: [{ name: "triage", subjects: subjectsOf("triage"), clients: ["triage-web"] }],
  tools: [{ name: "refunds", resource, subjects: subjectsOf("refunds") }],
  users: { issuer: "people", audiences: ["agents"], require: { org: "acme" } },
  grants: [
    {
      ...{ caller: "triage", tool: "refunds", intents: ["refund"] },
      ...{ sensitivity: "confidential", approval: "none", maxSeconds: 60 },
    },
  ],
};

/** The form of an exchange by `triage`, with other parts. */
export async function exchangeForm(
  parts: Readonly<Record<string, string>> = {},
): Promise<URLSearchParams> {
  const form = Object.entries(await refundRequest(parts));
  return new URLSearchParams(
    form.flatMap(([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]])),
  );
}
