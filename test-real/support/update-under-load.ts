import { request as httpRequest, type Agent } from "node:http";
import { request as httpsRequest } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeProtectedHeader } from "jose";
import { Outcomes } from "./outcomes";
import { exchangeForm } from "./servers/broker";
import type { KillableServer } from "./servers/server";

/** Milliseconds between calls, and for which they come at least. */
const interval = 20;
const leastDuration = 20_000;

/** Connections over which calls come in turn; each stays open until the broker ends it, or others take their place. */
const connections = 16;

/** Two replicas of a broker, and what callers see of them. */
export interface Updated {
  /** What distributes calls between the replicas. */
  readonly url: string;
  /** What keeps one connection of callers. */
  readonly connection: () => Agent;
  /** Those that run; changed with each replacement. */
  readonly replicas: KillableServer[];
  /** Starts the one of a number, from 0 on, and waits until it is ready. */
  readonly start: (at: number) => Promise<KillableServer>;
}

/** What calls during an update came to. */
export interface UpdateOutcome {
  /** Outcomes that occurred: a status, or the code of an error. */
  readonly kinds: readonly string[];
  /** How many each, as text. */
  readonly counts: string;
  readonly calls: number;
  readonly seconds: number;
}

/**
 * Has 50 calls a second exchange tokens, none of them tried again, while each replica is replaced: a new one is ready, and then the
 * old one ends by SIGTERM. Waits until each of the four has issued a token.
 */
export async function updateUnderLoad(updated: Updated): Promise<UpdateOutcome> {
  const { url, replicas, start } = updated;
  const agents: Agent[] = [];
  const connect = (): void => {
    agents.push(...Array.from({ length: connections }, updated.connection));
  };
  connect();
  const outcomes = new Outcomes();
  const signers = new Outcomes();
  const ended = new AbortController();
  const calls: Promise<void>[] = [];
  const began = Date.now();
  const load = (async () => {
    while (!ended.signal.aborted) {
      calls.push(
        exchange(url, agents.at(-1 - (calls.length % connections))).then(({ outcome, signer }) => {
          outcomes.add(outcome);
          if (signer !== undefined) signers.add(signer);
        }),
      );
      // By the clock, so that a late call delays none of those after it.
      await sleep(Math.max(0, began + calls.length * interval - Date.now()));
    }
  })();
  /** Waits until so many replicas have issued a token. What is distributed by chance may reach one by new connections alone. */
  const signedBy = async (count: number): Promise<void> => {
    for (let waited = 1; signers.kinds().length < count; waited++) {
      await sleep(interval);
      if (waited % 100 === 0) connect();
    }
  };
  try {
    await signedBy(2);
    for (const [at, old] of [...replicas.entries()]) {
      replicas.push(await start(at + 2));
      await old.stop();
      replicas.splice(replicas.indexOf(old), 1);
    }
    await signedBy(4);
    await sleep(Math.max(0, began + leastDuration - Date.now()));
  } finally {
    ended.abort();
    await load;
    await Promise.all(calls);
    for (const agent of agents) agent.destroy();
  }
  const seconds = (Date.now() - began) / 1_000;
  const [kinds, counts] = [outcomes.kinds(), String(outcomes)];
  return { kinds, counts, calls: outcomes.count(), seconds };
}

/** An exchange: its status or the code of its error, and the id of the key, which each replica has of its own, that signed the token. */
async function exchange(
  url: string,
  agent: Agent | undefined,
): Promise<{ readonly outcome: string; readonly signer?: string }> {
  const form = (await exchangeForm()).toString();
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void =>
      resolve({ outcome: error.code ?? error.message });
    const request = url.startsWith("https:") ? httpsRequest : httpRequest;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    request(`${url}/token`, { agent, method: "POST", headers }, (answer) => {
      let text = "";
      answer
        .setEncoding("utf8")
        .on("data", (part: string) => (text += part))
        .on("error", failed)
        .on("end", () => {
          if (answer.statusCode !== 200) {
            resolve({ outcome: `${answer.statusCode} ${text}` });
            return;
          }
          const { access_token: token } = JSON.parse(text) as { readonly access_token: string };
          resolve({ outcome: "200", signer: decodeProtectedHeader(token).kid ?? "" });
        });
    })
      .on("error", failed)
      .end(form);
  });
}
