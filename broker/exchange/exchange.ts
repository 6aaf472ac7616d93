import { createHash, randomUUID } from "node:crypto";
import { decide, type Refusal } from "../../core/grants/decide";
import type { CallRequest, Grant } from "../../core/grants/grant";
import type { Answer } from "../../policy/named-grants";
import type { Configuration, Workload } from "../configuration/configuration";
import type { Caller, Identities } from "../identity/workloads";
import { Refused } from "../refused";
import type { Approval, Approvals } from "../store/approvals";
import type { Line } from "../store/store";
import type { Credential, Standing, Tasks } from "../store/tasks";
import { hashOf, provenKey } from "../tokens/dpop";
import type { SigningKeys } from "../tokens/signing-keys";
import {
  isWithin,
  longestCall,
  narrowed,
  readCall,
  readTask,
  type CallDetails,
} from "./details";
import { required, type Form } from "./form";
import { actOf, proveSubject, taskType, type ProvenTask } from "./subject";

/** The `grant_type` of token exchange (RFC 8693). */
export const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";

const tokenType = "urn:ietf:params:oauth:token-type:";

/** What exchanges are made with. */
export interface ExchangeContext {
  readonly configuration: Configuration;
  readonly identities: Identities;
  readonly keys: SigningKeys;
  readonly tasks: Tasks;
  readonly approvals: Approvals;
  /** Decides a call by the compiled grants. */
  readonly decide: (request: CallRequest) => Answer;
  /** Version of the compiled grants. */
  readonly policy: string;
}

/** A request for a token, once its caller is known. */
export interface ExchangeRequest {
  readonly form: Form;
  readonly caller: Caller;
  /** The header `DPoP`. */
  readonly proof: string | undefined;
  readonly now: number;
}

/** The answer of a token endpoint (RFC 8693, 2.2.1). */
export type TokenAnswer = Readonly<Record<string, unknown>>;

/** What is known of a request, for the trail, however far it came. */
export interface Noted {
  txn?: string;
  user?: string;
  chain?: readonly string[];
  tool?: string;
  call?: CallDetails;
  grant?: string;
}

/**
 * Exchanges a subject token for a task token or a call token; throws {@link Refused}.
 *
 * @param noted is filled while the request is understood
 */
export async function exchange(
  request: ExchangeRequest,
  context: ExchangeContext,
  noted: Noted,
): Promise<TokenAnswer> {
  const { form, caller, now } = request;
  const { configuration, identities, keys, tasks } = context;
  const { tenant, issuer, taskSeconds, depth } = configuration;
  checkTypes(form);
  const subject = required(form, "subject_token");
  const task = await proveSubject(
    subject,
    caller,
    { tenant, issuer, taskSeconds, identities, keys, tasks },
    now,
  );
  const chain = [...task.actors, caller.workload.name];
  Object.assign(noted, { txn: task.txn, chain });
  if (task.user !== undefined) noted.user = task.user;
  if (chain.length > depth) {
    throw new Refused("access_denied", `the chain has more than ${depth} workloads`);
  }
  if ((form["resource"] === undefined) === (form["audience"] === undefined)) {
    throw new Refused("invalid_request", "give exactly one of `resource` and `audience`");
  }
  return form["audience"] === undefined
    ? callToken(request, context, task, chain, noted)
    : taskToken(request, context, task, chain, form["audience"]);
}

/** Types that a request may state decide nothing: what a token is, it says itself under its signature. */
function checkTypes(form: Form): void {
  const given = [
    ["subject_token_type", ["jwt", "access_token", "id_token"]],
    ["requested_token_type", ["jwt", "access_token"]],
  ] as const;
  required(form, "subject_token_type");
  for (const [name, types] of given) {
    const type = form[name];
    if (type === undefined || types.some((each) => type === tokenType + each)) continue;
    throw new Refused("invalid_request", `\`${name}\` is one of ${types.join(", ")}`);
  }
}

async function taskToken(
  { form, caller, now }: ExchangeRequest,
  { configuration, identities, keys, tasks, policy }: ExchangeContext,
  task: ProvenTask,
  chain: readonly string[],
  audience: string,
): Promise<TokenAnswer> {
  const { tenant, issuer, depth } = configuration;
  const name = audience.startsWith(`${tenant}.`) ? audience.slice(tenant.length + 1) : "";
  const holder = identities.named(name);
  if (holder === undefined || holder.tool !== undefined) {
    throw new Refused("invalid_target", "`audience` is no orchestrator or agent of the tenant");
  }
  const isOwn = holder.name === caller.workload.name;
  const actors = isOwn ? task.actors : chain;
  if (actors.length >= depth) {
    throw new Refused("access_denied", `the chain would have more than ${depth} workloads`);
  }
  const details = form["authorization_details"];
  const lists = details === undefined ? task.lists : narrowed(task.lists, readTask(details));
  const act = actOf(actors, tenant);
  const id = randomUUID();
  const token = await keys.sign(
    {
      ...{ iss: issuer, aud: issuer, sub: task.subject, client_id: `${tenant}.${holder.name}` },
      ...{ jti: id, iat: now, exp: task.until, txn: task.txn, tenant, lists },
      ...(task.user !== undefined && { user: task.user }),
      ...(act !== undefined && { act }),
    },
    taskType,
    now,
  );
  await record(tasks, {
    task,
    credential: {
      ...{ id, kind: "task", hash: hashOf(token), chain: [...actors, holder.name], tool: "" },
      ...standing(task),
      ...{ issuedAt: now, until: task.until },
    },
    event: { for: holder.name, lists, policy },
    caller,
  });
  return {
    access_token: token,
    issued_token_type: `${tokenType}jwt`,
    token_type: "N_A",
    expires_in: task.until - now,
  };
}

async function callToken(
  request: ExchangeRequest,
  context: ExchangeContext,
  task: ProvenTask,
  chain: readonly string[],
  noted: Noted,
): Promise<TokenAnswer> {
  const { form, caller, proof, now } = request;
  const { configuration, keys, tasks, policy } = context;
  const { tenant, issuer } = configuration;
  const tool = toolOf(form, configuration.workloads);
  noted.tool = tool.name;
  const details = readCall(required(form, "authorization_details"));
  noted.call = details;
  if (form["scope"] !== undefined && form["scope"] !== details.intent) {
    throw new Refused("invalid_scope", "`scope` is not the intent of `authorization_details`");
  }
  if (!isWithin(task.lists, tool.name, details)) {
    throw new Refused(
      "invalid_authorization_details",
      "authorization_details: the call exceeds what the task token was narrowed to",
    );
  }
  const asked = await callRequest(request, context, task, tool, details);
  const wanted: Wanted = { asked, seconds: details.seconds, task, chain };
  const { grant, approval } = await decided(wanted, context);
  noted.grant = grant;
  const key =
    proof === undefined
      ? undefined
      : await provenKey(proof, { method: "POST", url: `${issuer}/token`, now }, tasks);
  const id = randomUUID();
  const until = now + asked.seconds;
  const issued = { ...details, seconds: asked.seconds };
  const token = await keys.sign(
    {
      ...{ iss: issuer, aud: tool.tool.resource, sub: task.subject },
      ...{ client_id: `${tenant}.${caller.workload.name}`, jti: id, iat: now, exp: until },
      ...{ scope: details.intent, authorization_details: [issued], txn: task.txn, tenant, grant },
      act: actOf(chain, tenant),
      ...(key !== undefined && { cnf: { jkt: key } }),
    },
    "at+jwt",
    now,
  );
  await record(tasks, {
    task,
    credential: {
      ...{ id, kind: "call", hash: hashOf(token), chain, tool: tool.name },
      ...standing(task),
      ...{ issuedAt: now, until },
    },
    event: { ...noted.call, seconds: asked.seconds, grant, policy },
    caller,
    ...(approval !== undefined && { approval }),
  });
  return {
    access_token: token,
    issued_token_type: `${tokenType}access_token`,
    token_type: key === undefined ? "Bearer" : "DPoP",
    expires_in: asked.seconds,
    scope: details.intent,
    authorization_details: [issued],
  };
}

type ToolWorkload = Workload & { readonly tool: NonNullable<Workload["tool"]> };

function toolOf(form: Form, workloads: readonly Workload[]): ToolWorkload {
  const resource = form["resource"];
  const found = workloads.find(
    (workload): workload is ToolWorkload => workload.tool?.resource === resource,
  );
  if (found === undefined) throw new Refused("invalid_target", "`resource` is no tool's");
  return found;
}

async function callRequest(
  { caller, now }: ExchangeRequest,
  { configuration, tasks }: ExchangeContext,
  task: ProvenTask,
  tool: ToolWorkload,
  details: CallDetails,
): Promise<CallRequest> {
  const { tenant, grants } = configuration;
  const name = caller.workload.name;
  const of = (each: string): CallRequest["caller"] => ({ tenant, name: each });
  const ended = await tasks.isEnded(
    { ...standing(task), chain: [...task.actors, name], tool: tool.name },
    now,
  );
  const { intent, target, sensitivity, environment, context } = details;
  return {
    ...(task.user !== undefined && { user: of(task.user) }),
    ...{ actors: task.actors.map(of), caller: of(name), tool: of(tool.name), intent, sensitivity },
    ...(target !== undefined && { target }),
    ...(environment !== undefined && { environment }),
    seconds: details.seconds ?? longestOf(grants, name, tool.name, intent, task.until - now),
    ...{ now, context, task: { ended, until: task.until } },
  };
}

/** As long as the caller may have, where it asks for no time of its own. */
function longestOf(
  grants: readonly Grant[],
  caller: string,
  tool: string,
  intent: string,
  left: number,
): number {
  const granted = grants
    .filter((each) => each.caller === caller && each.tool === tool)
    .filter(({ intents }) => intents.includes(intent))
    .map(({ maxSeconds }) => maxSeconds);
  return Math.max(1, Math.min(longestCall, left, Math.max(1, ...granted)));
}

interface Decided {
  readonly grant: string;
  readonly approval?: { readonly id: string };
}

interface Wanted {
  readonly asked: CallRequest;
  /** Seconds as the request has them. */
  readonly seconds: number | undefined;
  readonly task: ProvenTask;
  readonly chain: readonly string[];
}

async function decided(wanted: Wanted, context: ExchangeContext): Promise<Decided> {
  const { asked } = wanted;
  const first = context.decide(asked);
  switch (first.kind) {
    case "allow":
      return { grant: first.by };
    case "deny":
      throw denial(asked, first, context);
    case "ask":
      return approved(wanted, first.by, context);
  }
}

async function approved(
  wanted: Wanted,
  grant: string,
  context: ExchangeContext,
): Promise<Decided> {
  const { asked, task, chain } = wanted;
  const { now } = asked;
  const { approvals, configuration } = context;
  const request = requestHash(wanted);
  const found = await approvals.of(request, now);
  if (found?.state === "denied") throw new Refused("access_denied", "a person has denied the call");
  if (found?.state === "approved") {
    const answer = context.decide({ ...asked, approvedBy: found.decidedBy });
    if (answer.kind === "allow") return { grant: answer.by, approval: { id: found.id } };
    throw new Refused("access_denied", "whoever approved takes part in the call");
  }
  throw pending(found ?? (await asking()), configuration.issuer, now);

  async function asking(): Promise<Pick<Approval, "id" | "until">> {
    const { intent, target, environment, sensitivity, seconds, context: facts, tool } = asked;
    const summary = {
      ...{ tool: tool.name, intent, ...(target !== undefined && { target }) },
      ...(environment !== undefined && { environment }),
      ...{ sensitivity, seconds, context: facts, grant },
    };
    const user = task.user ?? "";
    const until = Math.min(now + configuration.approvalSeconds, task.until);
    const id = randomUUID();
    await approvals.ask(
      request,
      { id, summary, chain, user, askedAt: now, until },
      line(task, chain, tool.name, now, { event: "approval-asked", approval: id, ...summary }),
    );
    return (await approvals.of(request, now)) ?? { id, until };
  }
}

function pending({ id, until }: Pick<Approval, "id" | "until">, issuer: string, now: number): Refused {
  return new Refused("authorization_pending", "a person has to approve; ask again for the same", {
    ...{ approval: id, approval_uri: `${issuer}/approvals/${id}` },
    ...{ interval: 5, expires_in: until - now },
  });
}

/** What an approval is of: every part of the request, and the task unless the request begins it. */
function requestHash({ asked, seconds, task }: Wanted): string {
  const { user, actors, caller, tool, intent, target, environment, sensitivity } = asked;
  const facts = Object.entries(asked.context).sort(([a], [b]) => (a < b ? -1 : 1));
  const of = {
    ...{ txn: task.isNew ? null : task.txn, user: user?.name ?? null, actors, caller, tool },
    ...{ intent, target: target ?? null, environment: environment ?? null, sensitivity },
    ...{ seconds: seconds ?? null, facts },
  };
  return createHash("sha256").update(JSON.stringify(of)).digest("base64url");
}

/** What stands against a call, by the reference that the compiled policy agrees with. */
function denial(
  asked: CallRequest,
  answer: Extract<Answer, { readonly kind: "deny" }>,
  { configuration }: ExchangeContext,
): Refused {
  if (answer.problem !== undefined) {
    return new Refused("temporarily_unavailable", "the policy could not decide");
  }
  const decision = decide(asked, configuration.grants);
  const [because = "malformed"] = decision.kind === "deny" ? decision.because : [];
  const [error, sentence] = refusals[because];
  return new Refused(error, sentence);
}

const refusals: Readonly<Record<Refusal, readonly [Refused["error"], string]>> = {
  malformed: ["invalid_authorization_details", "the request is malformed"],
  "other-tenant": ["access_denied", "the call crosses tenants"],
  ended: ["invalid_grant", "the task has ended, or is revoked for its user, a workload or the tool"],
  lapsed: ["invalid_grant", "the task ends before the call would; ask for fewer `seconds`"],
  "no-grant": ["invalid_target", "no grant lets the caller use this tool"],
  intent: ["invalid_scope", "no grant of the caller on this tool has the intent"],
  user: ["access_denied", "the grant is not for this user"],
  actors: ["access_denied", "the grant is not for this chain of workloads"],
  target: ["access_denied", "the grant is not for this `target`"],
  environment: ["access_denied", "the grant is not for this `environment`"],
  sensitivity: ["access_denied", "the grant is for less sensitive data"],
  context: ["access_denied", "a condition of the grant on the `context` does not hold"],
  time: ["access_denied", "the grant's time is over"],
  seconds: ["access_denied", "the grant lasts shorter; ask for fewer `seconds`"],
};

function standing({ txn, begunAt, user, parent }: ProvenTask): Omit<Standing, "chain" | "tool"> & {
  readonly parent: string;
} {
  return { txn, begunAt, user: user ?? "", parent };
}

interface Recorded {
  readonly task: ProvenTask;
  readonly credential: Credential;
  readonly event: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly approval?: { readonly id: string };
}

/** Puts on disk what is about to leave; throws where its task has ended meanwhile. */
async function record(
  tasks: Tasks,
  { task, credential, event, caller, approval }: Recorded,
): Promise<void> {
  const { chain, tool, issuedAt, until, hash, kind } = credential;
  const { issuer, subject } = caller.proof;
  const written = line(task, chain, tool, issuedAt, {
    ...{ event: "issued", kind, ...event, proof: { issuer, subject } },
    ...(approval !== undefined && { approval: approval.id }),
    credential: { hash, until },
  });
  const begins = task.isNew ? { until: task.until } : undefined;
  if (await tasks.issue(credential, written, begins, approval)) return;
  throw new Refused("invalid_grant", "the task has ended, or its approval is used up");
}

/** A line of the trail about a task. */
function line(
  task: ProvenTask,
  chain: readonly string[],
  tool: string,
  now: number,
  record: Readonly<Record<string, unknown>>,
): Line {
  const user = task.user ?? "";
  return {
    ...{ at: now, txn: task.txn, chain, user, tool },
    record: { user, chain, tool, ...record },
  };
}
