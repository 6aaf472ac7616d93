import type { IncomingMessage } from "node:http";
import { sensitivities, type CallRequest } from "../core/grants/grant";
import { isWhole, provenKeys } from "../core/grants/request";
import { isMethod, wantedOf, type Wanted } from "./access/mcp";
import {
  bad,
  bodyOf,
  evaluationOf,
  stopAt,
  withDefaults,
  type Entity,
  type Evaluation,
} from "./access/request";
import type { Broker } from "./broker";
import { json, type Answer } from "./http/answer";
import { bearerOf } from "./http/bearer";
import { presentedOn } from "./http/certificate";
import type { Caller, ToolWorkload } from "./identity/workloads";
import { Refused } from "./refused";
import { provenBy } from "./exchange/record";
import { isShort } from "./request/details";
import { readBody } from "./request/form";
import type { Line } from "./store/store";

/**
 * Decisions for policy enforcement points of others (source: OpenID AuthZEN, Authorization API 1.0): by the same grants, and
 * without a credential. A point authenticates by the tool's own workload token, and asks of calls of that tool alone. Messages of
 * MCP are decided as access/mcp.ts has them.
 */

/** Paths of the endpoints. */
const paths = {
  evaluation: "/access/v1/evaluation",
  evaluations: "/access/v1/evaluations",
  action: "/access/v1/search/action",
} as const;

/** Most evaluations of one request. */
const mostEvaluations = 100;

/** Seconds of authority that a decision is about: a call that is made at once. */
const atOnce = 1;

/** One decision as it is answered. */
interface Decision {
  readonly decision: boolean;
  readonly context: Readonly<Record<string, string>>;
}

/** `GET /.well-known/authzen-configuration`: where the endpoints are. */
export function accessMetadata({ configuration: { issuer } }: Broker): Answer {
  return json({
    policy_decision_point: issuer,
    access_evaluation_endpoint: issuer + paths.evaluation,
    access_evaluations_endpoint: issuer + paths.evaluations,
    search_action_endpoint: issuer + paths.action,
  });
}

/** `POST /access/v1/evaluation`: one decision. */
export function evaluate(broker: Broker, request: IncomingMessage): Promise<Answer> {
  return asked(broker, request, async (body, point) => json({ ...(await one(body, point)) }));
}

/** `POST /access/v1/evaluations`: several, each with what the whole request states where it states nothing itself. */
export function evaluateAll(broker: Broker, request: IncomingMessage): Promise<Answer> {
  return asked(broker, request, async (body, point) => {
    const { evaluations, options, ...defaults } = body;
    if (evaluations === undefined || (Array.isArray(evaluations) && evaluations.length === 0)) {
      return json({ ...(await one(defaults, point)) });
    }
    if (!Array.isArray(evaluations) || evaluations.length > mostEvaluations) {
      throw bad(`\`evaluations\` is a list of at most ${mostEvaluations}`);
    }
    const stop = stopAt(options);
    const decisions: Decision[] = [];
    for (const each of evaluations as readonly unknown[]) {
      const decision = await Promise.resolve(each)
        .then((own) => one(withDefaults(defaults, own), point))
        .catch(denied);
      decisions.push(decision);
      if (decision.decision === stop) break;
    }
    return json({ evaluations: decisions });
  });
}

/** `POST /access/v1/search/action`: the intents that a subject may have on a resource. */
export function searchActions(broker: Broker, request: IncomingMessage): Promise<Answer> {
  return asked(broker, request, async (body, point) => {
    const results: object[] = [];
    const caller = callerOf(broker, evaluationOf({ ...body, action: { name: "any" } }));
    for (const name of broker.grantedIntents(clientOf(broker, caller), point.tool.name)) {
      const { decision } = await decided(evaluationOf({ ...body, action: { name } }), point);
      if (decision) results.push({ name });
    }
    return json({ results });
  });
}

/** A point that has authenticated. */
interface Point {
  readonly broker: Broker;
  readonly tool: ToolWorkload;
  readonly caller: Caller;
  readonly now: number;
}

/** Answers a point that authenticates, and repeats the id of its request whatever the answer is. */
async function asked(
  broker: Broker,
  request: IncomingMessage,
  answer: (body: Entity, point: Point) => Promise<Answer>,
): Promise<Answer> {
  const answered = await pointOf(broker, request)
    .then(async (point) => answer(bodyOf(await readBody(request)), point))
    .catch((thrown: unknown) => broker.refusal(thrown, {}));
  const id = request.headers["x-request-id"];
  if (typeof id !== "string" || !/^[\x20-\x7e]+$/.test(id)) return answered;
  return { ...answered, headers: { ...answered.headers, "x-request-id": id } };
}

async function pointOf(broker: Broker, request: IncomingMessage): Promise<Point> {
  const now = broker.now();
  const presented = presentedOn(request);
  const caller =
    presented === undefined
      ? await broker.identities.workload(bearerOf(request), "token", now)
      : broker.identities.certified(presented, now);
  const { workload } = caller;
  broker.limit(request, workload.name, now);
  const { tool } = workload;
  if (tool === undefined) {
    throw new Refused("access_denied", "the token is no tool's", { status: 403 });
  }
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers["content-type"] ?? "")) {
    throw bad("send `application/json`");
  }
  return { broker, tool: { ...workload, tool }, caller, now };
}

async function one(body: Entity, point: Point): Promise<Decision> {
  const evaluation = evaluationOf(body);
  const decision = await decided(evaluation, point);
  await record(evaluation, decision, point);
  return decision;
}

/**
 * A decision of one call that is made at once: no call is counted, and no person asked.
 *
 * With an agent, the subject is a user or an earlier workload that the point claims. Neither has proven anything to the
 * broker. A claim can therefore only take away: a revocation of the subject counts, and no condition on `user` or `actors` is met.
 */
async function decided(evaluation: Evaluation, point: Point): Promise<Decision> {
  const { agent, action, resource } = evaluation;
  if (agent === undefined) {
    const { decision, context } = await byGrants(
      { kind: "call", intent: action, target: resource.id },
      evaluation,
      point,
    );
    const hasNoAgent = context["reason"] === noGrant && isMethod(action);
    return hasNoAgent ? denial("a method of MCP needs `context.agent`") : { decision, context };
  }
  const workload = point.broker.identities.named(callerOf(point.broker, evaluation));
  if (workload === undefined || workload.tool !== undefined) {
    return denial("`context.agent` is no agent of the tenant");
  }
  const wanted = wantedOf(evaluation, point.tool.tool);
  switch (wanted.kind) {
    case "refused":
      return denial(wanted.reason);
    case "opening":
      return opened(evaluation, point);
    case "call": {
      const { decision, context } = await byGrants(wanted, evaluation, point);
      return { decision, context: { ...context, intent: wanted.intent } };
    }
  }
}

/** Whether the caller may open a connection and list: any grant on the tool allows it. */
async function opened(evaluation: Evaluation, point: Point): Promise<Decision> {
  const { broker, tool } = point;
  const client = clientOf(broker, callerOf(broker, evaluation));
  const isGranted = broker.grantedIntents(client, tool.name).length > 0;
  if (!isGranted || (await isEnded(evaluation, point))) return denial(noGrant);
  return { decision: true, context: {} };
}

async function byGrants(
  { intent, target }: Extract<Wanted, { readonly kind: "call" }>,
  evaluation: Evaluation,
  point: Point,
): Promise<Decision> {
  const { broker, tool, now } = point;
  const { tenant, taskSeconds } = broker.configuration;
  const { sensitivity, environment, ...rest } = evaluation.facts;
  const request: CallRequest = {
    ...{ actors: [], caller: { tenant, name: callerOf(broker, evaluation) } },
    ...{ tool: { tenant, name: tool.name }, intent: intent.normalize("NFC") },
    ...(target !== undefined && { target: target.normalize("NFC") }),
    ...{ seconds: atOnce, now },
    ...(typeof environment === "string" && { environment: environment.normalize("NFC") }),
    // Unstated, it is the most that there is.
    sensitivity:
      sensitivities.find((each) => each === sensitivity) ??
      tool.tool.defaults?.sensitivity ??
      "restricted",
    task: { ended: await isEnded(evaluation, point), until: now + taskSeconds },
    context: contextOf(rest),
  };
  const answer = broker.decides(request);
  if (answer.kind === "allow") return { decision: true, context: { grant: answer.by } };
  return denial(answer.kind === "ask" ? "a person has to approve" : noGrant);
}

/** Whether a revocation is of the caller, of the tool, or of the subject for which an agent claims to act. */
function isEnded(evaluation: Evaluation, { broker, tool, now }: Point): Promise<boolean> {
  const { subject, agent } = evaluation;
  const [before, caller] = [nameOf(broker, subject), callerOf(broker, evaluation)];
  const of =
    agent === undefined
      ? { chain: [caller], user: "" }
      : { chain: [before, caller], user: subject };
  return broker.tasks.isEnded({ ...of, tool: tool.name, txn: "", instance: "", begunAt: now }, now);
}

const noGrant = "no grant allows it";

function denial(reason: string): Decision {
  return { decision: false, context: { reason } };
}

/** Entries that conditions of grants can look at: what is proven of a call is no claim, and others are never met. */
function contextOf(facts: Entity): CallRequest["context"] {
  const entries = Object.entries(facts).flatMap(([key, value]) => {
    if (provenKeys.some((proven) => proven === key)) return [];
    const known = typeof value === "string" ? value.normalize("NFC") : value;
    const isEntry =
      (typeof known === "string" && isShort(known)) || typeof known === "boolean" || isWhole(known);
    return isEntry && isShort(key) ? [[key, known] as const] : [];
  });
  return Object.fromEntries(entries);
}

function record(
  evaluation: Evaluation,
  { decision, context }: Decision,
  { broker, tool, caller, now }: Point,
): Promise<void> {
  const { subject, agent, action, resource, facts } = evaluation;
  const name = callerOf(broker, evaluation);
  const chain = broker.identities.named(name) === undefined ? [] : [name];
  const line: Line = {
    ...{ at: now, txn: "", chain, user: "", tool: tool.name },
    record: {
      ...{ user: "", chain, tool: tool.name, event: "evaluated", subject: nameOf(broker, subject) },
      // Of an agent's request, the intent is in the decision's context.
      ...(agent === undefined ? { intent: action } : { agent: name, action }),
      ...{ target: resource.id, decision },
      ...{ ...context, context: contextOf(facts), proof: provenBy(caller) },
      policy: broker.policy,
    },
  };
  return broker.store.write({ lines: [line] }).then(() => undefined);
}

/** The name of the workload that calls: `context.agent`, else the subject. */
function callerOf(broker: Broker, { subject, agent = subject }: Evaluation): string {
  return nameOf(broker, agent);
}

/** The name of a workload that a text is: as tokens have it, or without its tenant. */
function nameOf({ configuration: { tenant } }: Broker, subject: string): string {
  return subject.startsWith(`${tenant}.`) ? subject.slice(tenant.length + 1) : subject;
}

/** The name of a workload as tokens have it. */
function clientOf({ configuration: { tenant } }: Broker, name: string): string {
  return `${tenant}.${name}`;
}

/** A request that is malformed among others is denied by itself; a fault fails the whole. */
function denied(error: unknown): Decision {
  if (!(error instanceof Refused)) throw error;
  return { decision: false, context: { reason: error.message } };
}
