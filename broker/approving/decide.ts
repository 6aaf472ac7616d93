import type { IncomingMessage } from "node:http";
import type { Broker } from "../broker";
import { readBody } from "../request/form";
import { strictJson } from "../request/strict-json";
import { json, type Answer } from "../http/answer";
import { bearerOf } from "../http/bearer";
import { Refused } from "../refused";
import type { Approval } from "../store/approvals";

/** What a person decides. */
export type Decision = "approved" | "denied";

/** `GET /approvals` with a token: requests that are open, as JSON. */
export async function listOpen(broker: Broker, request: IncomingMessage): Promise<Answer> {
  const now = broker.now();
  await broker.identities.person("approvers", bearerOf(request), now);
  return json({ approvals: (await broker.approvals.open(now)).map(shown) });
}

/** `POST /approvals/<id>` with a token and `{ "decision": "approved" }`. */
export async function decideByToken(
  broker: Broker,
  request: IncomingMessage,
  id: string,
): Promise<Answer> {
  const { name: by } = await broker.identities.person("approvers", bearerOf(request), broker.now());
  let decision: unknown;
  try {
    const body = strictJson(await readBody(request)) as { readonly decision?: unknown } | null;
    decision = body?.decision;
  } catch (error) {
    if (error instanceof Refused) throw error;
  }
  if (decision !== "approved" && decision !== "denied") {
    throw new Refused("invalid_request", 'send `{ "decision": "approved" }` or `"denied"`');
  }
  const approval = await decideOn(broker, id, decision, by);
  return json({ ...shown(approval), state: decision, decidedBy: by });
}

/**
 * Decides on an open request, once; throws {@link Refused} where it is not open, or the person takes part in the call.
 *
 * @param by name of the person, proven
 */
export async function decideOn(
  broker: Broker,
  id: string,
  decision: Decision,
  by: string,
): Promise<Approval> {
  const now = broker.now();
  const approval = await broker.approvals.byId(id, now);
  if (approval === undefined) {
    throw new Refused("invalid_request", "there is no such request, or it has expired", {
      status: 404,
    });
  }
  if (isPartOf(approval, by)) {
    throw new Refused("access_denied", "a participant of a call cannot decide on it", {
      status: 403,
    });
  }
  const { tool } = approval.summary;
  const line = {
    ...{ at: now, txn: approval.txn, chain: approval.chain, user: approval.user },
    tool: typeof tool === "string" ? tool : "",
    record: {
      ...{ event: decision, approval: id, by },
      ...{ user: approval.user, chain: approval.chain, ...approval.summary },
    },
  };
  if (await broker.approvals.decide(id, decision, by, now, line)) return approval;
  throw new Refused("invalid_request", "the request has a decision already", { status: 409 });
}

/** Whether a person is the user or one of the chain of a request, and so cannot decide on it. */
export function isPartOf(
  { user, chain }: Pick<Approval, "user" | "chain">,
  person: string,
): boolean {
  return [user, ...chain].includes(person);
}

/** A request as people see it. */
function shown(approval: Approval): Readonly<Record<string, unknown>> {
  const { id, summary, chain, user, askedAt, until } = approval;
  const of = (seconds: number): string => new Date(seconds * 1000).toISOString();
  return { id, user, chain, ...summary, askedAt: of(askedAt), until: of(until) };
}
