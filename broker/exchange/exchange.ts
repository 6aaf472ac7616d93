import { randomUUID } from "node:crypto";
import { Refused } from "../refused";
import { hashOf } from "../hash";
import { issuedToken } from "../tokens/issued-token";
import { callCredential } from "./call";
import {
  tokenTypes,
  type ExchangeContext,
  type ExchangeRequest,
  type Noted,
  type TokenAnswer,
} from "./context";
import { narrowed, readTask } from "../request/details";
import { required, type Form } from "../request/form";
import { subjectTokenOf } from "../request/grant-types";
import { record } from "./record";
import { actOf, proveSubject, taskType, type ProvenTask } from "./subject";

const subjectTypes: readonly string[] = [tokenTypes.jwt, tokenTypes.access, tokenTypes.id];
const requestedTypes: readonly string[] = [
  ...[tokenTypes.jwt, tokenTypes.access, tokenTypes.aws, tokenTypes.kubernetes],
];

/**
 * Exchanges a subject token, an assertion or the caller's own token for a task token or a call token; throws {@link Refused}.
 *
 * @param noted is filled while the request is understood
 */
export async function exchange(
  request: ExchangeRequest,
  context: ExchangeContext,
  noted: Noted,
): Promise<TokenAnswer> {
  const { form, caller, key, now } = request;
  const { configuration, identities, keys, tasks } = context;
  const { tenant, issuer, taskSeconds, depth } = configuration;
  const subject = subjectTokenOf(form);
  if (subject?.named === "subject_token") checkTypes(form);
  const task = await proveSubject(
    subject,
    caller,
    { tenant, issuer, taskSeconds, identities, keys, tasks, key },
    now,
    noted,
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
    ? callCredential(request, context, task, chain, noted)
    : taskToken(request, context, task, chain, form["audience"]);
}

/** Types in a request decide nothing: a token has its own type under its signature. */
function checkTypes(form: Form): void {
  const given = [
    ["subject_token_type", subjectTypes],
    ["requested_token_type", requestedTypes],
  ] as const;
  required(form, "subject_token_type");
  for (const [name, types] of given) {
    const type = form[name];
    if (type === undefined || types.includes(type)) continue;
    throw new Refused("invalid_request", `\`${name}\` is one of ${types.join(", ")}`);
  }
}

async function taskToken(
  { form, caller, key, now }: ExchangeRequest,
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
  const type = form["requested_token_type"];
  if (type !== undefined && !subjectTypes.includes(type)) {
    throw new Refused("invalid_request", "`requested_token_type` is for a tool; give `resource`");
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
  const token = await issuedToken(
    keys,
    {
      ...{ iss: issuer, aud: issuer, sub: task.subject, client_id: `${tenant}.${holder.name}` },
      ...{ jti: id, iat: now, exp: task.until, txn: task.txn, tenant, lists },
      ...(task.user !== undefined && { user: task.user }),
      ...(act !== undefined && { act }),
      // The key of another holder is not known here.
      ...(isOwn && key !== undefined && { cnf: { jkt: key } }),
    },
    taskType,
    now,
  );
  await record(
    tasks,
    {
      task,
      credential: {
        ...{ id, kind: "task", hash: hashOf(token), chain: [...actors, holder.name], tool: "" },
        until: task.until,
      },
      event: { for: holder.name, lists, policy },
      caller,
    },
    now,
  );
  return {
    access_token: token,
    issued_token_type: tokenTypes.jwt,
    token_type: "N_A",
    expires_in: task.until - now,
  };
}
