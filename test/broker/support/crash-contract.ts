import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import type { Configuration } from "../../../broker/configuration/configuration";
import { startBroker } from "../../../broker/start";
import { hashOf } from "../../../broker/hash";
import { startCluster, type Cluster } from "./cluster";
import { deskConfiguration, grant, refundRequest, resource, userToken } from "./desk";

/** The requests of a crash at each step: the path, and the request. */
type Asked = () => Promise<readonly [path: string, init: RequestInit]>;

/**
 * The guarantees of a broker that is killed at any step of a request, with any store.
 *
 * @param folder for its files
 * @param state its store
 */
export function crashContract(folder: string, state: () => Configuration["state"]): void {
  let cluster: Cluster;
  let configuration: Configuration;
  /** Objects of calls that were answered and have not ended. */
  let left = 0;

  before(async () => {
    cluster = await startCluster();
    const tokenFile = join(folder, "token");
    writeFileSync(tokenFile, "x");
    const base = await deskConfiguration({ grants: [grant()] });
    configuration = {
      ...base,
      state: state(),
      kubernetes: { api: { url: cluster.url, tokenFile }, tasksNamespace: "tasks" },
      workloads: base.workloads.map((each) =>
        each.name === "refunds"
          ? {
              ...each,
              tool: {
                resource,
                roles: { namespace: "acme", of: [{ intents: ["refund"], role: "refunds" }] },
              },
            }
          : each,
      ),
    };
  });
  after(() => cluster.server.close());

  const exchanged = async (): Promise<readonly [string, RequestInit]> => {
    const type = "urn:agentid:params:oauth:token-type:kubernetes-account";
    const request = await refundRequest({ requested_token_type: type });
    const form = Object.entries(request).filter(([, value]) => value !== undefined);
    return ["/token", { method: "POST", body: new URLSearchParams(form as [string, string][]) }];
  };
  const asked: Readonly<Record<string, Asked>> = {
    // All steps of a call token are among these.
    "an account of Kubernetes": () => exchanged(),
    "a revocation": async () => {
      const token = await userToken("olga", "console", { groups: ["platform"] });
      const body = JSON.stringify({ kind: "user", value: "bob", seconds: 600 });
      return [
        "/revocations",
        { method: "POST", body, headers: { authorization: `Bearer ${token}` } },
      ];
    },
  };

  for (const [name, ask] of Object.entries(asked)) {
    it(`keeps what it answered, and nothing else, when it is killed at any step of ${name}`, async () => {
      let answered = false;
      for (let killAt = 1; !answered; killAt++) {
        assert.ok(killAt < 40, "every step of it kills");
        const child = await startKilled(configuration, killAt);
        const [path, init] = await ask();
        const answer = await fetch(`http://127.0.0.1:${child.port}${path}`, init).then(
          async (each) => ({ status: each.status, body: (await each.json()) as object }),
          () => undefined,
        );
        answered = answer !== undefined;
        if (answered) child.process.kill("SIGKILL");
        await child.ended;
        if (answer !== undefined) assert.equal(answer.status, 200, JSON.stringify(answer.body));
        await check(name, answer?.body as Record<string, unknown> | undefined);
      }
    });
  }

  async function check(
    name: string,
    answer: Readonly<Record<string, unknown>> | undefined,
  ): Promise<void> {
    const running = await startBroker(configuration, () => undefined);
    try {
      const { broker } = running;
      const { store, tasks } = broker;
      const now = broker.now();
      if (name === "a revocation") {
        const standing = {
          txn: "t",
          begunAt: now,
          chain: ["triage"],
          user: "bob",
          tool: "",
          instance: "",
        };
        if (answer !== undefined) assert.equal(await tasks.isEnded(standing, now), true);
        await store.write({ statements: [{ sql: "delete from revocation", values: [] }] });
      } else if (answer !== undefined) {
        const hash = hashOf(String(answer["access_token"]));
        assert.notEqual(await tasks.standing(hash, now), undefined);
        const lines = await store.all("select line from trail where line like $1", [`%${hash}%`]);
        assert.equal(lines.length, 1);
      }
      // What was never answered is removed once its lease is over; what was answered stays until its end.
      await store.write({
        statements: [
          { sql: "update account set until = 1 where state in ('planned', 'dropped')", values: [] },
        ],
      });
      await broker.reap();
      if (answer !== undefined && name.includes("account")) left += 2;
      assert.equal(cluster.objects.size, left);
      await checkTrail(store);
    } finally {
      await running.stop();
    }
  }
}

async function checkTrail(store: {
  readonly all: (
    sql: string,
    values: readonly string[],
  ) => Promise<readonly Readonly<Record<string, string | number>>[]>;
}): Promise<void> {
  const rows = await store.all("select chain, seq, line from trail order by chain, seq", []);
  let [chain, hash]: (string | number | undefined)[] = ["", ""];
  for (const row of rows) {
    const { before } = JSON.parse(String(row["line"])) as { readonly before: string };
    assert.equal(before, row["chain"] === chain ? hash : "");
    [chain, hash] = [row["chain"], hashOf(String(row["line"]))];
  }
}

interface Killed {
  readonly process: ChildProcess;
  readonly port: number;
  readonly ended: Promise<void>;
}

async function startKilled(configuration: Configuration, killAt: number): Promise<Killed> {
  const child = spawn(
    process.execPath,
    [
      ...["--require", join(__dirname, "../../support/from-source.cjs")],
      join(__dirname, "killed-broker.ts"),
      JSON.stringify({ configuration, killAt }),
    ],
    { stdio: ["ignore", "pipe", "inherit"], cwd: join(__dirname, "../../..") },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", (text: Buffer) => resolve(Number(text.toString())));
    child.once("exit", () => reject(new Error("the broker ended before it listened")));
  });
  return { process: child, port, ended };
}
