import { randomUUID } from "node:crypto";
import { decide, type Refusal } from "../../core/grants/decide";
import { isCounted, spendingOf, type CallRequest, type Grant } from "../../core/grants/grant";
import type { Answer } from "../../core/grants/named-grants";
import { grantId } from "../../core/grants/grant-id";
import { hashOf } from "../hash";
import { Refused } from "../refused";
import type { Approval } from "../store/approvals";
import type { Spent } from "../store/tasks";
import type { ExchangeContext } from "./context";
import { longestCall } from "../request/details";
import { lineOf } from "./record";
import type { ProvenTask } from "./subject";

/** The longest time by the grants on a call, without a requested time. */
export function longestOf(grants: readonly Grant[], intent: string, left: number): number {
  const granted = grants
    .filter(({ intents }) => intents.includes(intent))
    .map(({ maxSeconds }) => maxSeconds);
  return Math.max(1, Math.min(longestCall, left, Math.max(1, ...granted)));
}

/** Maximum open requests for approval of one chain of workloads for one user: a person looks at each. */
const mostOpen = 20;

/** What allows a call. */
export interface Decided {
  readonly grant: string;
  readonly approval?: { readonly id: string };
  /** What it takes of what its task may use up by the grant. */
  readonly spent?: Spent;
}

/** A call that is to be decided. */
export interface RequestedCall {
  readonly request: CallRequest;
  /** Seconds as the request has them. */
  readonly seconds: number | undefined;
  readonly task: ProvenTask;
  readonly chain: readonly string[];
  /** Whether the request describes the call, and not its intent alone. */
  readonly isDescribed: boolean;
}

/** Decides a call; throws {@link Refused} where it is denied, or a person has to approve first. */
export async function decided(wanted: RequestedCall, context: ExchangeContext): Promise<Decided> {
  const { request: asked, task } = wanted;
  const usedUp = await usedUpBy(wanted, context);
  const without = wanted.isDescribed ? usedUp : describedOnly(asked, context, usedUp);
  const first = context.decide(asked, without);
  switch (first.kind) {
    case "allow":
      return { grant: first.by, ...spentBy(first.by) };
    case "deny":
      if (!wanted.isDescribed && context.decide(asked, usedUp).kind !== "deny") {
        const sentence =
          "`authorization_details` is missing; no grant on the tool allows this without";
        throw new Refused("invalid_request", sentence);
      }
      if (usedUp !== undefined && context.decide(asked).kind !== "deny") {
        const sentence = "the task has used up what the grant allows it; a new task begins anew";
        throw new Refused("access_denied", sentence);
      }
      throw denial(asked, first, context);
    case "ask": {
      const allowed = await approved(wanted, first.by, without, context);
      return { ...allowed, ...spentBy(allowed.grant) };
    }
  }

  function spentBy(id: string): Pick<Decided, "spent"> {
    const grant = context.counted.get(id);
    if (grant === undefined) return {};
    return { spent: { grant: id, of: spendingOf(grant, asked), until: task.until } };
  }
}

/** Names of the grants that do not allow a call whose request has intents alone, and of those that count for none. */
function describedOnly(
  asked: CallRequest,
  { grantsOf }: ExchangeContext,
  others: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  const grants = grantsOf(asked).filter(({ withoutDetails }) => withoutDetails !== true);
  return new Set([...others, ...grants.map(grantId)]);
}

/** Names of the grants that allow a task no such call any longer; undefined where there is none. */
async function usedUpBy(
  { request: asked, task }: RequestedCall,
  { counted, grantsOf, tasks }: ExchangeContext,
): Promise<ReadonlySet<string> | undefined> {
  if (counted.size === 0) return undefined;
  const grants = grantsOf(asked).filter(isCounted);
  if (grants.length === 0) return undefined;
  const spent = await tasks.spent(task.txn);
  const usedUp = grants.flatMap((grant) => {
    const id = grantId(grant);
    const isOver = spendingOf(grant, asked).some(
      ({ key, amount, most }) => spent(id, key) > most - amount,
    );
    return isOver ? [id] : [];
  });
  return usedUp.length === 0 ? undefined : new Set(usedUp);
}

async function approved(
  wanted: RequestedCall,
  grant: string,
  usedUp: ReadonlySet<string> | undefined,
  context: ExchangeContext,
): Promise<Decided> {
  const { request: asked, task, chain } = wanted;
  const { now } = asked;
  const { approvals, configuration } = context;
  const request = requestHash(wanted);
  const found = await approvals.of(request, now);
  if (found?.state === "denied") throw new Refused("access_denied", "a person has denied the call");
  if (found?.state === "approved") {
    const answer = context.decide({ ...asked, approvedBy: found.decidedBy }, usedUp);
    if (answer.kind === "allow") return { grant: answer.by, approval: { id: found.id } };
    throw new Refused("access_denied", "the approver takes part in the call");
  }
  throw pending(found ?? (await requestApproval()), configuration.issuer, now);

  async function requestApproval(): Promise<Pick<Approval, "id" | "until">> {
    const { intent, target, environment, sensitivity, seconds, context: facts, tool } = asked;
    const summary = {
      ...{ tool: tool.name, intent, ...(target !== undefined && { target }) },
      ...(environment !== undefined && { environment }),
      ...{ sensitivity, seconds, context: facts, grant },
    };
    const user = task.user ?? "";
    const until = Math.min(now + configuration.approvalSeconds, task.until);
    if ((await approvals.openOf(chain, user, now)) >= mostOpen) {
      const sentence = `${mostOpen} requests of the caller wait for approval`;
      throw new Refused("slow_down", sentence, { retry_after: 60 });
    }
    const id = randomUUID();
    await approvals.ask(
      request,
      { id, txn: task.txn, summary, chain, user, askedAt: now, until },
      lineOf(task, chain, tool.name, now, { event: "approval-asked", approval: id, ...summary }),
    );
    return (await approvals.of(request, now)) ?? { id, until };
  }
}

function pending(
  { id, until }: Pick<Approval, "id" | "until">,
  issuer: string,
  now: number,
): Refused {
  return new Refused("authorization_pending", "a person has to approve; request the same again", {
    ...{ approval: id, approval_uri: `${issuer}/approvals/${id}` },
    ...{ interval: 5, expires_in: until - now },
  });
}

/**
 * What an approval is of: every part of the request, and the task. Where a token of a user or workload begins that, the next such
 * token may be used as well: people take longer to approve than some tokens last.
 */
function requestHash({ request: asked, seconds, task }: RequestedCall): string {
  const { user, actors, caller, tool, intent, target, environment, sensitivity } = asked;
  const facts = Object.entries(asked.context).sort(([a], [b]) => (a < b ? -1 : 1));
  const of = {
    ...{
      txn: task.tokenUntil === undefined ? task.txn : null,
      user: user?.name ?? null,
      actors,
      caller,
      tool,
    },
    ...{ intent, target: target ?? null, environment: environment ?? null, sensitivity },
    ...{ seconds: seconds ?? null, facts },
  };
  return hashOf(JSON.stringify(of));
}

/** What is wrong with a call, by the reference that the compiled policy agrees with. */
function denial(
  asked: CallRequest,
  answer: Extract<Answer, { readonly kind: "deny" }>,
  { grantsOf }: ExchangeContext,
): Refused {
  if (answer.problem !== undefined) {
    return new Refused("temporarily_unavailable", "the policy could not decide");
  }
  const decision = decide(asked, grantsOf(asked));
  const [because = "malformed"] = decision.kind === "deny" ? decision.because : [];
  const [error, sentence] = refusals[because];
  return new Refused(error, sentence);
}

const refusals: Readonly<Record<Refusal, readonly [Refused["error"], string]>> = {
  malformed: ["invalid_authorization_details", "the request is malformed"],
  "other-tenant": ["access_denied", "the call crosses tenants"],
  ended: [
    "invalid_grant",
    "the task has ended, or is revoked for its user, a workload or the tool",
  ],
  lapsed: ["invalid_grant", "the task ends before the call would; request fewer `seconds`"],
  "no-grant": ["invalid_target", "no grant allows the caller to use this tool"],
  intent: ["invalid_scope", "no grant of the caller on this tool has the intent"],
  user: ["access_denied", "the grant is not for this user"],
  actors: ["access_denied", "the grant is not for this chain of workloads"],
  target: ["access_denied", "the grant is not for this `target`"],
  environment: ["access_denied", "the grant is not for this `environment`"],
  sensitivity: ["access_denied", "the grant is for less sensitive data"],
  context: ["access_denied", "a condition of the grant on the `context` is not met"],
  time: ["access_denied", "the grant's time is over"],
  seconds: ["access_denied", "the grant lasts shorter; request fewer `seconds`"],
};
