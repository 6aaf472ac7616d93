import type { IncomingMessage } from "node:http";
import { sensitivities, type CallRequest } from "../core/grants/grant";
import { isName, isWhole, provenKeys } from "../core/grants/request";
import type { Broker } from "./broker";
import { json, type Answer } from "./http/answer";
import { bearerOf } from "./http/bearer";
import { presentedOn } from "./http/certificate";
import type { Caller, ToolWorkload } from "./identity/workloads";
import { Refused } from "./refused";
import { provenBy } from "./exchange/record";
import { isShort } from "./request/details";
import { readBody } from "./request/form";
import { strictJson } from "./request/strict-json";
import type { Line } from "./store/store";

/**
 * Decisions for policy enforcement points of others (source: OpenID AuthZEN, Authorization API 1.0): by the same grants, and
 * without a credential. A point authenticates by the tool's own workload token, and asks of calls of that tool alone.
 */

/** Paths of the endpoints. */
const paths = {
  evaluation: "/access/v1/evaluation",
  evaluations: "/access/v1/evaluations",
  action: "/access/v1/search/action",
} as const;

/** Most evaluations of one request. */
const mostEvaluations = 100;

/** Most properties and entries of a context of one evaluation. */
const mostFacts = 32;

/** Seconds of authority that a decision is about: a call that is made at once. */
const atOnce = 1;

type Entity = Readonly<Record<string, unknown>>;

/** What a request asks of, read and checked. */
interface Evaluation {
  readonly subject: string;
  readonly action: string;
  readonly target: string;
  /** Properties and context by their names. */
  readonly facts: Entity;
}

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
        .then((own) => one(merged(defaults, own), point))
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
    const { subject } = evaluationOf({ ...body, action: { name: "any" } });
    for (const name of broker.grantedIntents(clientOf(broker, subject), point.tool.name)) {
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

async function asked(
  broker: Broker,
  request: IncomingMessage,
  answer: (body: Entity, point: Point) => Promise<Answer>,
): Promise<Answer> {
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
  const point = { broker, tool: { ...workload, tool }, caller, now };
  const answered = await answer(bodyOf(await readBody(request)), point);
  const id = request.headers["x-request-id"];
  if (typeof id !== "string" || !/^[\x21-\x7e]{1,256}$/.test(id)) return answered;
  return { ...answered, headers: { ...answered.headers, "x-request-id": id } };
}

async function one(body: Entity, point: Point): Promise<Decision> {
  const evaluation = evaluationOf(body);
  const decision = await decided(evaluation, point);
  await record(evaluation, decision, point);
  return decision;
}

/** A decision of one call that is made at once: no call is counted, and no person asked. */
async function decided(
  { subject, action, target, facts }: Evaluation,
  { broker, tool, now }: Point,
): Promise<Decision> {
  const { tenant, taskSeconds } = broker.configuration;
  const name = nameOf(broker, subject);
  const of = { chain: [name], tool: tool.name, user: "", txn: "", instance: "", begunAt: now };
  const { sensitivity, environment, ...rest } = facts;
  const request: CallRequest = {
    ...{ actors: [], caller: { tenant, name }, tool: { tenant, name: tool.name } },
    ...{ intent: action.normalize("NFC"), target: target.normalize("NFC"), seconds: atOnce, now },
    ...(typeof environment === "string" && { environment: environment.normalize("NFC") }),
    // Unstated, it is the most that there is.
    sensitivity:
      sensitivities.find((each) => each === sensitivity) ??
      tool.tool.defaults?.sensitivity ??
      "restricted",
    task: { ended: await broker.tasks.isEnded(of, now), until: now + taskSeconds },
    context: contextOf(rest),
  };
  const answer = broker.decides(request);
  if (answer.kind === "allow") return { decision: true, context: { grant: answer.by } };
  const reason = answer.kind === "ask" ? "a person has to approve" : "no grant allows it";
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
  { subject, action, target, facts }: Evaluation,
  { decision, context }: Decision,
  { broker, tool, caller, now }: Point,
): Promise<void> {
  const name = nameOf(broker, subject);
  const chain = broker.identities.named(name) === undefined ? [] : [name];
  const line: Line = {
    ...{ at: now, txn: "", chain, user: "", tool: tool.name },
    record: {
      ...{ user: "", chain, tool: tool.name, event: "evaluated", subject: name },
      ...{ intent: action, target, decision },
      ...{ ...context, context: contextOf(facts), proof: provenBy(caller) },
      policy: broker.policy,
    },
  };
  return broker.store.write({ lines: [line] }).then(() => undefined);
}

/** The name of a workload that a subject is: as tokens have it, or without its tenant. */
function nameOf({ configuration: { tenant } }: Broker, subject: string): string {
  return subject.startsWith(`${tenant}.`) ? subject.slice(tenant.length + 1) : subject;
}

function clientOf(broker: Broker, subject: string): string {
  return `${broker.configuration.tenant}.${nameOf(broker, subject)}`;
}

/** What a decision is asked of; throws {@link Refused}. Types are words of whoever asks: names decide. */
function evaluationOf(body: Entity): Evaluation {
  const subject = entityOf(body, "subject", ["type", "id"]);
  const action = entityOf(body, "action", ["name"]);
  const resource = entityOf(body, "resource", ["type", "id"]);
  const context = body["context"] ?? {};
  if (!isObject(context)) throw bad("`context` is an object");
  const facts = new Map<string, unknown>();
  for (const given of [subject.properties, action.properties, resource.properties, context]) {
    for (const [key, value] of Object.entries(given)) {
      if (facts.has(key) && facts.get(key) !== value) {
        throw bad("a property is there with two values");
      }
      facts.set(key, value);
    }
  }
  if (facts.size > mostFacts) throw bad(`there are more than ${mostFacts} properties`);
  return {
    ...{ subject: subject.of("id"), action: action.of("name"), target: resource.of("id") },
    facts: Object.fromEntries(facts),
  };
}

interface ReadEntity {
  readonly properties: Entity;
  readonly of: (field: string) => string;
}

function entityOf(body: Entity, name: string, required: readonly string[]): ReadEntity {
  const entity = body[name];
  if (!isObject(entity)) throw bad(`\`${name}\` is an object`);
  const { properties = {} } = entity;
  if (!isObject(properties)) throw bad(`\`${name}.properties\` is an object`);
  const of = (field: string): string => {
    const value = entity[field];
    if (typeof value === "string" && isName(value) && isShort(value)) return value;
    throw bad(`\`${name}.${field}\` is a text of 1 to 512 characters that all show`);
  };
  required.forEach(of);
  return { properties, of };
}

/** One of several, with the whole request's parts where it has none, and its required fields where a part lacks them. */
function merged(defaults: Entity, each: unknown): Entity {
  if (!isObject(each)) throw bad("each of `evaluations` is an object");
  const parts = ["subject", "action", "resource"].map((part) => {
    const [general, own] = [defaults[part], each[part]];
    if (own === undefined || !isObject(general) || !isObject(own)) return [part, own ?? general];
    const { properties: _, ...fields } = general;
    return [part, { ...fields, ...own }];
  });
  return {
    ...(Object.fromEntries(parts) as Entity),
    context: each["context"] ?? defaults["context"],
  };
}

/** The decision after which no further one is made (source: Authorization API 1.0, Evaluations Semantics); undefined for all. */
function stopAt(options: unknown): boolean | undefined {
  const semantic = isObject(options) ? options["evaluations_semantic"] : undefined;
  switch (semantic) {
    case undefined:
    case "execute_all":
      return undefined;
    case "deny_on_first_deny":
      return false;
    case "permit_on_first_permit":
      return true;
    default:
      throw bad("`options.evaluations_semantic` is unknown");
  }
}

/** A request that is malformed among others is denied by itself; a fault fails the whole. */
function denied(error: unknown): Decision {
  if (!(error instanceof Refused)) throw error;
  return { decision: false, context: { reason: error.message } };
}

function bodyOf(text: string): Entity {
  try {
    const body = strictJson(text);
    if (isObject(body)) return body;
  } catch {
    // It is refused below.
  }
  throw bad("the body is a JSON object, with each name once");
}

function isObject(value: unknown): value is Entity {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bad(sentence: string): Refused {
  return new Refused("invalid_request", sentence);
}
