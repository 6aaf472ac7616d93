import { randomUUID } from "node:crypto";
import type { CallRequest } from "../../core/grants/grant";
import type { Identities, ToolWorkload } from "../identity/workloads";
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
import { isWithin, readCall, type CallDetails } from "../request/details";
import { required, type Form } from "../request/form";
import { ownOf, record } from "./record";
import { actOf, type ProvenTask } from "./subject";

/** A call that the grants allow. */
interface AllowedCall extends Decided {
  readonly id: string;
  readonly task: ProvenTask;
  readonly chain: readonly string[];
  readonly tool: ToolWorkload;
  readonly details: CallDetails & { readonly seconds: number };
  /** When its authority ends, in seconds since 1970. */
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
  call: AllowedCall,
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
  const asked = readCall(required(form, "authorization_details"));
  noted.call = asked;
  if (form["scope"] !== undefined && form["scope"] !== asked.intent) {
    throw new Refused("invalid_scope", "`scope` is not the intent of `authorization_details`");
  }
  if (!isWithin(task.lists, tool.name, asked)) {
    throw new Refused(
      "invalid_authorization_details",
      "authorization_details: the call exceeds what the task token was narrowed to",
    );
  }
  const type = form["requested_token_type"] ?? tokenTypes.access;
  const make = Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (make === undefined) throw new Refused("invalid_request", "`requested_token_type` is unknown");
  const wanted = await callRequest(request, context, task, tool, asked);
  const allowed = await decided({ request: wanted, seconds: asked.seconds, task, chain }, context);
  noted.grant = allowed.grant;
  const details = { ...asked, seconds: wanted.seconds };
  const until = now + wanted.seconds;
  const call = { ...allowed, id: randomUUID(), task, chain, tool, details, until };
  const { kind, secret, answer, also } = await make(call, request, context);
  await record(
    tasks,
    {
      ...{ task, caller, ...(also !== undefined && { also }) },
      credential: { ...{ id: call.id, kind, hash: hashOf(secret), chain, tool: tool.name }, until },
      event: { ...details, grant: allowed.grant, policy },
      ...(allowed.spent !== undefined && { spent: allowed.spent }),
      ...(allowed.approval !== undefined && { approval: allowed.approval }),
    },
    now,
  );
  return {
    ...answer,
    ...{ issued_token_type: type, expires_in: wanted.seconds },
    ...{ scope: details.intent, authorization_details: [details] },
  };
}

async function callToken(
  { id, task, chain, tool, details, grant, until }: AllowedCall,
  { caller, key, now }: ExchangeRequest,
  { configuration, keys }: ExchangeContext,
): Promise<Made> {
  const { tenant, issuer } = configuration;
  const token = await issuedToken(
    keys,
    {
      ...{ iss: issuer, aud: tool.tool.resource, sub: task.subject },
      ...{ client_id: `${tenant}.${caller.workload.name}`, jti: id, iat: now, exp: until },
      ...{ scope: details.intent, authorization_details: [details], txn: task.txn, tenant, grant },
      act: actOf(chain, tenant),
      ...(key !== undefined && { cnf: { jkt: key } }),
    },
    "at+jwt",
    now,
  );
  const type = key === undefined ? "Bearer" : "DPoP";
  return { kind: "call", secret: token, answer: { access_token: token, token_type: type } };
}

async function awsSession(
  { task, tool, details, until }: AllowedCall,
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
    ...{ tool: tool.name, roleArn, rules, call: details, until },
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
  { id, task, tool, details, until }: AllowedCall,
  { now }: ExchangeRequest,
  { kubernetes, accounts }: ExchangeContext,
): Promise<Made> {
  const { roles } = tool.tool;
  if (roles === undefined || kubernetes === undefined) {
    throw new Refused("invalid_request", "the tool has no Role; leave out `requested_token_type`");
  }
  const { namespace } = roles;
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
  const ended = await tasks.isEnded({ ...ownOf(task), chain, tool: tool.name }, now);
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
