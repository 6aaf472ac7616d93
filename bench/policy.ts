import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import type { CallRequest, Grant } from "../core/grants/grant";
import { cedarDecider } from "../broker/policy/decider";
import { regoBundle } from "../broker/policy/rego-bundle";
import { median } from "./lines";
import { processorOf } from "./processor";
import { toolPaths } from "./tools";

/** Milliseconds of decisions: medians of what a caller waits for, and the processor time of each. */
interface Decisions {
  readonly wait: number;
  readonly processor: number;
}

/** How long decisions take of agents with one grant each, among so many grants. */
export interface PolicyRun {
  readonly cedar: Decisions;
  /** OPA over HTTP on the same requests; absent where it is not built. */
  readonly opa?: Decisions;
}

const port = 18_445;

/** Decisions in a round, of which Cedar and OPA have one each in turn. The first two are run before V8 has compiled them. */
const perRound = 500;
const rounds = 8;

/** Measures decisions of Cedar in this process, and of OPA beside it, in turn. */
export async function runPolicy(folder: string, size: number): Promise<PolicyRun> {
  const grants = Array.from({ length: size }, (_, index) => grantOf(`agent-${index}`));
  const { decide } = cedarDecider(grants);
  const opa = await startOpa(join(folder, `bundle-${size}`), grants);
  try {
    const cedar: Decisions[] = [];
    const beside: Decisions[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const calls = Array.from({ length: perRound }, (_, at) => {
        const now = round * perRound + at;
        return callOf(`agent-${(now * 7919) % size}`, now);
      });
      cedar.push(await decisions(calls, (call) => decide(call).kind, ownProcessor));
      if (opa !== undefined) {
        beside.push(await decisions(calls, askOpa, () => processorOf(opa.pid ?? 0)));
      }
    }
    return { cedar: middle(cedar), ...(opa !== undefined && { opa: middle(beside) }) };
  } finally {
    opa?.kill();
  }
}

async function decisions(
  calls: readonly CallRequest[],
  decide: (call: CallRequest) => Promise<string> | string,
  processor: () => number,
): Promise<Decisions> {
  const times: number[] = [];
  const before = processor();
  for (const call of calls) {
    const started = performance.now();
    const answer = decide(call);
    const kind = typeof answer === "string" ? answer : await answer;
    times.push(performance.now() - started);
    if (kind !== "allow") throw new Error(`a granted call was answered by ${kind}`);
  }
  return { wait: median(times), processor: (processor() - before) / calls.length };
}

function middle(of: readonly Decisions[]): Decisions {
  const late = of.slice(2);
  return {
    wait: median(late.map(({ wait }) => wait)),
    processor: median(late.map(({ processor }) => processor)),
  };
}

function ownProcessor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function startOpa(bundle: string, grants: readonly Grant[]) {
  const opa = toolPaths("opa")?.opa;
  if (opa === undefined) return undefined;
  mkdirSync(bundle, { recursive: true });
  for (const [file, text] of Object.entries(regoBundle(grants))) {
    if (!file.endsWith("_test.rego")) writeFileSync(join(bundle, file), text);
  }
  const address = `127.0.0.1:${port}`;
  const child = spawn(opa, ["run", "--server", "--addr", address, "--bundle", bundle], {
    stdio: "ignore",
  });
  await once(child, "spawn");
  for (let tries = 0; tries < 600; tries += 1) {
    if (
      await get("/health?bundles").then(
        (status) => status === 200,
        () => false,
      )
    )
      return child;
    await new Promise((again) => setTimeout(again, 50));
  }
  child.kill();
  throw new Error("OPA does not answer");
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function get(path: string): Promise<number> {
  const [answer] = (await once(request({ port, path, agent }).end(), "response")) as [
    { readonly statusCode: number; readonly resume: () => void },
  ];
  answer.resume();
  return answer.statusCode;
}

function askOpa(input: CallRequest): Promise<string> {
  return new Promise((done, fail) => {
    request({ port, path: "/v1/data/agentid/decision", method: "POST", agent }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const read = JSON.parse(Buffer.concat(parts).toString()) as {
          readonly result?: { readonly kind?: string };
        };
        done(read.result?.kind ?? "nothing");
      });
    })
      .on("error", fail)
      .end(JSON.stringify({ input }));
  });
}

function grantOf(caller: string): Grant {
  return {
    tenant: "acme",
    caller,
    tool: "refunds",
    intents: ["refund", "correct"],
    sensitivity: "confidential",
    conditions: [
      { kind: "between", key: "cents", least: 0, most: 5_000 },
      { kind: "one-of", key: "region", values: ["eu", "ch"] },
    ],
    approval: "none",
    maxSeconds: 300,
  };
}

function callOf(name: string, now: number): CallRequest {
  const tenant = "acme";
  return {
    user: { tenant, name: "ben" },
    actors: [{ tenant, name: "desk" }],
    caller: { tenant, name },
    tool: { tenant, name: "refunds" },
    intent: "refund",
    sensitivity: "internal",
    seconds: 60,
    now,
    task: { ended: false, until: 100_000 },
    context: { cents: 4_999, region: "eu" },
  };
}
