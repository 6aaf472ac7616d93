import type { IncomingMessage } from "node:http";
import type { Broker } from "./broker";
import { endedOf } from "./ended";
import { showsWhole } from "../core/visible";
import { readBody } from "./request/form";
import { json, type Answer } from "./http/answer";
import { bearerOf } from "./http/bearer";
import { Refused } from "./refused";
import { strictJson } from "./request/strict-json";
import { revocationKinds, type RevocationKind } from "./store/tasks";
import { lookups, readLines, start, type Position } from "./store/trail";

/** Seconds that a revocation keeps new tasks off, where the request states none. */
const usualBlock = 3600;

/** Most seconds that a revocation may keep new tasks off. */
const longestBlock = 366 * 86_400;

/** Most characters of an operator's reason. */
const longestReason = 500;

/** What an operator ends. */
interface Revocation {
  readonly kind: RevocationKind;
  readonly value: string;
  /** Seconds for which no new task of it begins. */
  readonly seconds: number;
  /** Why, as the operator says it; it is in the trail alone. */
  readonly reason?: string;
}

/**
 * `POST /revocations`: ends all of a task, an agent, one instance of an agent, a user or a tool, and nothing of another; or all of
 * the tenant.
 *
 * The body is JSON: `{ "kind": "agent", "value": "triage", "seconds": 3600, "reason": "INC-7" }`. A task never begins anew.
 */
export async function revoke(broker: Broker, request: IncomingMessage): Promise<Answer> {
  const now = broker.now();
  const { name: by } = await broker.identities.person("operators", bearerOf(request), now);
  const { kind, value, seconds, reason } = revocationOf(await readBody(request));
  const { tenant } = broker.configuration;
  if (kind === "tenant" && value !== tenant) {
    throw new Refused("invalid_request", `the broker serves tenant \`${tenant}\` alone`);
  }
  const live = await broker.tasks.liveOf(kind, value, now);
  const of = {
    at: now,
    txn: kind === "task" ? value : "",
    chain: kind === "agent" ? [value] : [],
    user: kind === "user" ? value : "",
    tool: kind === "tool" ? value : "",
  };
  const until = kind === "task" ? now + broker.configuration.taskSeconds : now + seconds;
  await broker.tasks.revoke(kind, value, now, until, {
    ...of,
    record: {
      ...{ event: "revoked", kind, value, by },
      until: new Date(until * 1000).toISOString(),
      ...(reason !== undefined && { reason }),
    },
  });
  const accounts = await broker.reapEnded().catch(() => undefined);
  return json({
    ...{ kind, value, until },
    ended: endedOf(live),
    ...(accounts !== undefined && { accounts }),
  });
}

function revocationOf(text: string): Revocation {
  const bad = (problem: string): Refused => new Refused("invalid_request", problem);
  let given: Partial<Record<keyof Revocation, unknown>> | null;
  try {
    given = strictJson(text) as typeof given;
  } catch {
    throw bad("the body is not JSON with each name once");
  }
  const { kind, value, seconds = usualBlock, reason } = given ?? {};
  const found = revocationKinds.find((each) => each === kind);
  if (found === undefined) throw bad(`\`kind\` is one of \`${revocationKinds.join("`, `")}\``);
  if (typeof value !== "string" || value === "")
    throw bad("`value` is the name, or the task's `txn`");
  if (!Number.isSafeInteger(seconds) || Number(seconds) < 0 || Number(seconds) > longestBlock) {
    throw bad(`\`seconds\` is a whole number up to ${longestBlock}`);
  }
  const of = { kind: found, value, seconds: Number(seconds) };
  if (reason === undefined) return of;
  if (typeof reason !== "string" || reason.length > longestReason || !showsWhole(reason)) {
    throw bad(`\`reason\` is a text up to ${longestReason} characters, all of which show`);
  }
  return { ...of, reason };
}

/**
 * `GET /trail`: lines of the trail, as JSON Lines, by one of `task`, `agent`, `user` and `tool`, or all.
 *
 * Answers at most 1,000 lines after `after` (`<trail>:<seq>`), in the order of each replica's chain.
 */
export async function trail(broker: Broker, request: IncomingMessage): Promise<Answer> {
  await limitOperator(broker, request);
  const given = new URL(request.url ?? "/", "http://broker").searchParams;
  const [about, ...more] = lookups.flatMap((lookup) =>
    given.getAll(lookup).map((value) => ({ lookup, value })),
  );
  // Lines that two lookups share may be far apart: no index has them, and the search would hold up all other requests.
  if (more.length > 0) {
    throw new Refused("invalid_request", `send one of \`${lookups.join("`, `")}\``);
  }
  const lines = await readLines(broker.store, positionOf(given.get("after")), about);
  const text = lines.map((line) => `${line}\n`).join("");
  return { status: 200, body: { text, type: "application/jsonl" } };
}

function positionOf(after: string | null): Position {
  if (after === null) return start;
  const [, chain = "", seq = ""] = /^([\w-]+):(\d{1,15})$/.exec(after) ?? [];
  if (chain === "") throw new Refused("invalid_request", "`after` is `<trail>:<seq>`");
  return { chain, seq: Number(seq) };
}

/**
 * `GET /trail/heads`: the last line of each of the latest 50 chains of the trail, signed, with the keys that verify it.
 *
 * With `after=<trail>`, of the next 200 chains by name; an empty `after` begins. Kept elsewhere, it shows later that a line was cut
 * off, or that a chain was written anew.
 */
export async function heads(broker: Broker, request: IncomingMessage): Promise<Answer> {
  await limitOperator(broker, request);
  const after = new URL(request.url ?? "/", "http://broker").searchParams.get("after");
  return json(await broker.signedHeads(after ?? undefined));
}

/** Counts a request of an operator, and gives the name; throws {@link Refused} for any other person, and beyond the limit. */
export async function limitOperator(broker: Broker, request: IncomingMessage): Promise<string> {
  const now = broker.now();
  const { name } = await broker.identities.person("operators", bearerOf(request), now);
  broker.limit(request, name, now);
  return name;
}
