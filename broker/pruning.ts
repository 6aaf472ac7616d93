import type { IncomingMessage } from "node:http";
import type { Broker } from "./broker";
import { json, type Answer } from "./http/answer";
import { limitOperator } from "./operating";
import { Refused } from "./refused";
import { readBody } from "./request/form";
import { strictJson } from "./request/strict-json";
import { cutOf, hasHead, removing, type Cut } from "./store/pruning";
import type { Head } from "./store/store";
import { portion } from "./store/sweep";
import { headsType } from "./tokens/heads-type";

/**
 * `POST /trail/prune`: removes the lines up to signed heads that are older than `trailDays`, and states it in the trail.
 *
 * The body is JSON: `{ "heads": "<what GET /trail/heads signed>" }`. At most 1,000 lines in one request: `isDone` is false where more
 * are left. Whether these lines are kept elsewhere is for the operator to see to.
 */
export async function prune(broker: Broker, request: IncomingMessage): Promise<Answer> {
  const by = await limitOperator(broker, request);
  const now = broker.now();
  const heads = await signedHeads(broker, await readBody(request), now);
  for (const head of heads) {
    if (await hasHead(broker.store, head)) continue;
    throw bad(`the trail has no line ${head.seq} of ${head.trail} as it was signed`);
  }
  const before = now - broker.configuration.trailDays * 86_400;
  const cuts: Cut[] = [];
  let count = 0;
  for (const head of heads) {
    if (count >= portion) break;
    const cut = await cutOf(broker.store, head, before, portion - count);
    if (cut === undefined) continue;
    cuts.push(cut);
    count += cut.lines;
  }
  if (cuts.length > 0) {
    const of = { at: now, txn: "", chain: [], user: "", tool: "" };
    await broker.store.write({
      statements: cuts.flatMap(removing),
      lines: [{ ...of, record: { event: "pruned", by, heads: cuts.map(({ head }) => head) } }],
    });
  }
  return json({ pruned: count, isDone: count < portion });
}

/** The heads that this broker, or a replica of it, has signed. */
async function signedHeads(broker: Broker, body: string, now: number): Promise<readonly Head[]> {
  let given: { readonly heads?: unknown } | null;
  try {
    given = strictJson(body) as typeof given;
  } catch {
    throw bad("the body is not JSON with each name once");
  }
  const token = given?.heads;
  if (typeof token !== "string") throw bad("`heads` is what `GET /trail/heads` has signed");
  const { issuer } = broker.configuration;
  const claims = await broker.keys.verify(token, headsType, { issuer }, now);
  const heads = claims?.["heads"];
  if (Array.isArray(heads)) return heads as readonly Head[];
  throw bad(
    "`heads` is not signed by a key that this broker has today; get it by `GET /trail/heads`",
  );
}

function bad(problem: string): Refused {
  return new Refused("invalid_request", problem);
}
