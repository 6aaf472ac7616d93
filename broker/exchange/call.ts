import { randomUUID } from "node:crypto";
import type { CallRequest } from "../../core/grants/grant";
import type { Caller, Identities, ToolWorkload } from "../identity/workloads";
import { Refused } from "../refused";
import type { Statement } from "../store/store";
import { hashOf } from "../hash";
import { issuedToken } from "../tokens/issued-token";
import {
  tokenTypes,
  type ExchangeContext,
  type ExchangeRequest,
  type Noted,
  type TokenAnswer,
} from "./context";
import { decided, longestOf, type Decided } from "./decided";
import { isWithin, type CallDetails } from "../request/details";
import { requestedCalls } from "./requested-calls";
import type { Form } from "../request/form";
import { ownOf, record } from "./record";
import { actOf, type ProvenTask } from "./subject";

/** A call that the grants allow. */
interface AllowedCall extends Decided {
  readonly details: CallDetails & { readonly seconds: number };
}

/** The calls that one credential is for. */
interface AllowedCalls {
  readonly id: string;
  readonly task: ProvenTask;
  readonly chain: readonly string[];
  readonly tool: ToolWorkload;
  /** At least one; several differ in their intent alone. */
  readonly calls: readonly AllowedCall[];
  /** When their authority ends, in seconds since 1970. */
  readonly until: number;
}

/** What is made for a call. */
interface Made {
  readonly kind: "call" | "aws" | "kubernetes";
  /** Of which the store has a hash. */
  readonly secret: string;
  readonly answer: TokenAnswer;
  readonly also?: readonly Statement[];
}

type Maker = (
  call: AllowedCalls,
  request: ExchangeRequest,
  context: ExchangeContext,
) => Promise<Made>;

const makers: Readonly<Record<string, Maker>> = {
  [tokenTypes.access]: callToken,
  [tokenTypes.jwt]: callToken,
  [tokenTypes.aws]: awsSession,
  [tokenTypes.kubernetes]: kubernetesAccount,
};

/**
 * Decides a call of a tool, and makes the credential for it: a call token, a session of AWS or an account of Kubernetes. Throws
 * {@link Refused}.
 *
 * @param noted is filled while the request is understood
 */
export async function callCredential(
  request: ExchangeRequest,
  context: ExchangeContext,
  task: ProvenTask,
  chain: readonly string[],
  noted: Noted,
): Promise<TokenAnswer> {
  const { form, caller, now } = request;
  const { identities, tasks, policy } = context;
  const tool = toolOf(form, identities);
  noted.tool = tool.name;
  const { calls: asked, isDescribed } = requestedCalls(form, tool);
  const [first] = asked;
  if (first !== undefined) noted.call = { ...first, intent: joined(asked, (each) => each.intent) };
  const type = form["requested_token_type"] ?? tokenTypes.access;
  const make = Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (make === undefined) throw new Refused("invalid_request", "`requested_token_type` is unknown");
  const decide = async (each: CallDetails): Promise<AllowedCall> => {
    if (!isWithin(task.lists, tool.name, each)) {
      throw new Refused(
        "invalid_authorization_details",
        "authorization_details: the call exceeds what the task token was narrowed to",
      );
    }
    const wanted = await callRequest(request, context, task, tool, each);
    const of = { request: wanted, seconds: each.seconds, task, chain, isDescribed };
    const allowed = await decided(of, context);
    return { ...allowed, details: { ...each, seconds: wanted.seconds } };
  };
  const allowed = await allowedOf(asked, decide);
  const seconds = Math.min(...allowed.map(({ details }) => details.seconds));
  const calls = allowed.map((each) => ({ ...each, details: { ...each.details, seconds } }));
  const grant = joined(calls, (each) => each.grant);
  noted.grant = grant;
  const until = now + seconds;
  const call = { id: randomUUID(), task, chain, tool, calls, until };
  const { kind, secret, answer, also } = await make(call, request, context);
  const scope = joined(calls, ({ details }) => details.intent);
  // One credential counts as one call of each grant.
  const spent = new Map(calls.map((each) => [each.spent?.grant, each.spent]));
  const approval = calls.find((each) => each.approval !== undefined)?.approval;
  await record(
    tasks,
    {
      ...{ task, caller, ...(also !== undefined && { also }) },
      credential: { ...{ id: call.id, kind, hash: hashOf(secret), chain, tool: tool.name }, until },
      event: { ...calls[0]?.details, intent: scope, grant, policy },
      spent: [...spent.values()].filter((each) => each !== undefined),
      ...(approval !== undefined && { approval }),
    },
    now,
  );
  return {
    ...answer,
    ...{ issued_token_type: type, expires_in: seconds, scope },
    authorization_details: calls.map(({ details }) => details),
  };
}

/** What of several calls are allowed: OAuth lets a server issue less than the scope of a request. Throws where none is. */
async function allowedOf(
  asked: readonly CallDetails[],
  decide: (one: CallDetails) => Promise<AllowedCall>,
): Promise<readonly AllowedCall[]> {
  const outcomes = await Promise.allSettled(asked.map(decide));
  const allowed = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = outcomes.flatMap((one) =>
    one.status === "rejected" ? [one.reason as Error] : [],
  );
  const fault = failed.find(
    (each) => !(each instanceof Refused) || each.error === "temporarily_unavailable",
  );
  if (fault !== undefined) throw fault;
  const [refused] = failed;
  if (allowed.length === 0 && refused !== undefined) throw refused;
  return allowed;
}

/** What calls have, each once, as one text. */
function joined<T>(of: readonly T[], textOf: (one: T) => string): string {
  return [...new Set(of.map(textOf))].join(" ");
}

/** The one call that a credential of AWS or Kubernetes is for. */
function onlyOne(calls: readonly AllowedCall[]): AllowedCall["details"] {
  const [call, ...others] = calls;
  if (call !== undefined && others.length === 0) return call.details;
  throw new Refused("invalid_scope", "a credential of AWS or Kubernetes is for one intent");
}

async function callToken(
  { id, task, chain, tool, calls, until }: AllowedCalls,
  { caller, key, now }: ExchangeRequest,
  { configuration, keys }: ExchangeContext,
): Promise<Made> {
  const { tenant, issuer } = configuration;
  const token = await issuedToken(
    keys,
    {
      ...{ iss: issuer, aud: tool.tool.resource, sub: task.subject },
      ...{ client_id: `${tenant}.${caller.workload.name}`, jti: id, iat: now, exp: until },
      scope: joined(calls, ({ details }) => details.intent),
      authorization_details: calls.map(({ details }) => details),
      ...{ txn: task.txn, tenant, grant: joined(calls, ({ grant }) => grant) },
      act: actOf(chain, tenant),
      ...(caller.proof.instance !== "" && { instance: caller.proof.instance }),
      ...confirmationOf(key, caller),
    },
    "at+jwt",
    now,
  );
  const type = key === undefined ? "Bearer" : "DPoP";
  return { kind: "call", secret: token, answer: { access_token: token, token_type: type } };
}

/** What a call token is bound to: the key of a proof, else the certificate of the caller (sources: RFC 9449, 6.1; RFC 8705, 3.1). */
function confirmationOf(key: string | undefined, { thumbprint }: Caller): object {
  if (key !== undefined) return { cnf: { jkt: key } };
  return thumbprint === undefined ? {} : { cnf: { "x5t#S256": thumbprint } };
}

async function awsSession(
  { task, tool, calls, until }: AllowedCalls,
  { caller }: ExchangeRequest,
  { configuration, sessions }: ExchangeContext,
): Promise<Made> {
  const { roleArn, sessions: rules = [] } = tool.tool;
  if (roleArn === undefined) {
    throw new Refused(
      "invalid_request",
      "the tool has no IAM role; leave out `requested_token_type`",
    );
  }
  const session = await sessions.make({
    ...{ tenant: configuration.tenant, caller: caller.workload.name, txn: task.txn },
    ...{ tool: tool.name, roleArn, rules, call: onlyOne(calls), until },
  });
  const secret = session.SessionToken;
  const answer = { access_token: secret, token_type: "N_A", aws: { Version: 1, ...session } };
  return { kind: "aws", secret, answer };
}

/**
 * Seconds within which an account that is planned becomes live, or is removed: until then a request of it may still come into
 * effect, since an API server takes 60 s for one at most (source: kube-apiserver, `--request-timeout`).
 */
const planSeconds = 90;

async function kubernetesAccount(
  { id, task, tool, calls, until }: AllowedCalls,
  { now }: ExchangeRequest,
  { kubernetes, accounts }: ExchangeContext,
): Promise<Made> {
  const { roles } = tool.tool;
  if (roles === undefined || kubernetes === undefined) {
    throw new Refused("invalid_request", "the tool has no Role; leave out `requested_token_type`");
  }
  const { namespace } = roles;
  const details = onlyOne(calls);
  const found = roles.of.find(({ intents }) => intents.includes(details.intent));
  if (found === undefined) {
    throw new Refused(
      "invalid_scope",
      `tool \`${tool.name}\` has no Role for intent \`${details.intent}\`; declare one in \`sessions\` of the tool, or in \`kubernetes.roles\` of the broker's file`,
    );
  }
  // The audit log names the account: its readers find the task.
  const name = `task-${task.txn}-${id.slice(0, 8)}`;
  const place = { name, namespace, role: found.role };
  await accounts.plan(id, task.txn, place, now + planSeconds);
  try {
    const token = await kubernetes.make(place, task.txn);
    const answer = { access_token: token, token_type: "Bearer" };
    return { kind: "kubernetes", secret: token, answer, also: [accounts.live(id, until)] };
  } catch (error) {
    await accounts.drop(id);
    throw error;
  }
}

function toolOf(form: Form, identities: Identities): ToolWorkload {
  const found = identities.tool(form["resource"] ?? "");
  if (found === undefined) throw new Refused("invalid_target", "`resource` is no tool's");
  return found;
}

async function callRequest(
  { caller, now }: ExchangeRequest,
  { configuration, grantsOf, tasks }: ExchangeContext,
  task: ProvenTask,
  tool: ToolWorkload,
  details: CallDetails,
): Promise<CallRequest> {
  const { tenant } = configuration;
  const name = caller.workload.name;
  const of = (each: string): CallRequest["caller"] => ({ tenant, name: each });
  const call = { caller: of(name), tool: of(tool.name) };
  const chain = [...task.actors, name];
  const { instance } = caller.proof;
  const ended = await tasks.isEnded({ ...ownOf(task), chain, tool: tool.name, instance }, now);
  const { intent, target, sensitivity, environment, context } = details;
  return {
    ...(task.user !== undefined && { user: of(task.user) }),
    ...{ ...call, actors: task.actors.map(of), intent, sensitivity },
    ...(target !== undefined && { target }),
    ...(environment !== undefined && { environment }),
    seconds: details.seconds ?? longestOf(grantsOf(call), intent, task.until - now),
    ...{ now, context, task: { ended, until: task.until } },
  };
}
