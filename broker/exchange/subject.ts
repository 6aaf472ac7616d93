import { createHash } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from "jose";
import type { Caller, Identities, ProvenUser } from "../identity/workloads";
import { Refused } from "../refused";
import type { Tasks } from "../store/tasks";
import { hashOf } from "../hash";
import type { SigningKeys } from "../tokens/signing-keys";
import type { Noted } from "./context";
import type { TaskDetails } from "../request/details";
import type { SubjectToken } from "../request/grant-types";
import { isIdJag } from "../identity/verify-token";

/** The `typ` of task tokens. */
export const taskType = "agentid-task+jwt";

/** The task that a request is for, as its subject token proves it. */
export interface ProvenTask {
  readonly txn: string;
  readonly begunAt: number;
  readonly until: number;
  /** End of the token of a user or workload that begins it, in seconds since 1970; absent where a task token continues it. */
  readonly tokenUntil?: number;
  /** Name of the user; absent where a workload acts for itself. */
  readonly user?: string;
  /** `sub` of what is issued. */
  readonly subject: string;
  /** Names of the workloads before the caller, the first one first. */
  readonly actors: readonly string[];
  /** Its narrowing: all lists apply. */
  readonly lists: readonly (readonly TaskDetails[])[];
  /** Id of the task token; empty for a new task. */
  readonly parent: string;
}

/**
 * The task that a user's token begins: the same token always the same one.
 *
 * @param part of the token's life, where several tasks may begin with it
 */
export function taskOf(token: string, part = ""): string {
  // Without the signature: of ECDSA, each has a second one that is as valid.
  const [header = "", payload = ""] = token.split(".");
  const hash = createHash("sha256").update(`${header}.${payload}.${part}`).digest("hex");
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

/** What proves subject tokens. */
export interface SubjectContext {
  readonly tenant: string;
  readonly issuer: string;
  readonly taskSeconds: number;
  readonly identities: Identities;
  readonly keys: SigningKeys;
  readonly tasks: Tasks;
  /** Thumbprint of the key that the caller has proven. */
  readonly key: string | undefined;
}

/**
 * The task of a subject token that the caller may present, or of the caller for itself; throws {@link Refused}.
 *
 * @param noted is filled with what the token proves, also where its task has ended
 */
export async function proveSubject(
  subject: SubjectToken | undefined,
  caller: Caller,
  context: SubjectContext,
  now: number,
  noted: Noted,
): Promise<ProvenTask> {
  if (subject === undefined) return begunByWorkload(caller, context, now);
  const { identities, issuer } = context;
  const { token, named } = subject;
  const { typ, ...claims } = peek(subject);
  if (typ === taskType) return continued(subject, caller, context, now, noted);
  if (isIdJag(token)) {
    const user = await identities.user(token, named, now, "invalid_grant", [issuer], "assertion");
    const lists = assertedLists(user, caller, subject, context);
    return { ...(await begunByUser(subject, user, context, now)), lists };
  }
  if (identities.isUserToken(claims)) {
    if (named === "assertion") {
      throw new Refused("invalid_grant", "assertion: a user's token is no ID-JAG; exchange it");
    }
    const user = await identities.user(token, named, now);
    if (!mayPresent(user, caller)) {
      throw new Refused(
        "invalid_grant",
        `${named}: the user's token was not issued to the caller; see \`may_act\`, \`azp\` and \`clients\``,
      );
    }
    return begunByUser(subject, user, context, now);
  }
  const proven = await identities.workload(token, named, now);
  if (proven.workload.name !== caller.workload.name) {
    throw new Refused("invalid_grant", `${named}: it is another workload's`);
  }
  return begunByWorkload(proven, context, now);
}

/**
 * What an ID-JAG lets the caller do: it is for one client, and its `resource` and `scope` narrow the task (source:
 * draft-ietf-oauth-identity-assertion-authz-grant, 4.4.1). Throws {@link Refused}.
 */
function assertedLists(
  { claims }: ProvenUser,
  { workload }: Caller,
  { named }: SubjectToken,
  { tenant, identities }: SubjectContext,
): ProvenTask["lists"] {
  const { client_id: client, resource, scope, jti, authorization_details: details } = claims;
  const refuse = (sentence: string): Refused =>
    new Refused("invalid_grant", `${named}: ${sentence}`);
  if (client !== `${tenant}.${workload.name}` && !workload.clients.includes(String(client))) {
    throw refuse("it is for another client than the caller; see `client_id` and `clients`");
  }
  if (typeof jti !== "string" || jti === "") throw refuse("it has no `jti`");
  if (details !== undefined) {
    throw refuse("it has `authorization_details`, by which the broker narrows nothing");
  }
  const resources = resource === undefined ? undefined : [resource].flat();
  const tools = resources?.flatMap((each) => {
    const tool = typeof each === "string" ? identities.tool(each) : undefined;
    return tool === undefined ? [] : [tool.name];
  });
  if (tools?.length === 0) throw refuse("its `resource` is no tool's");
  if (scope !== undefined && typeof scope !== "string") throw refuse("its `scope` is no text");
  const intents = scope?.split(" ").filter((each) => each !== "");
  if (tools === undefined && intents === undefined) return [];
  return [
    [
      {
        type: "agentid_task",
        ...(tools !== undefined && { tools }),
        ...(intents !== undefined && { intents }),
      },
    ],
  ];
}

async function begunByUser(
  { token, named }: SubjectToken,
  { name, claims: { exp = 0 } }: ProvenUser,
  { taskSeconds, tasks }: SubjectContext,
  now: number,
): Promise<ProvenTask> {
  const txn = taskOf(token);
  const { begunAt, until } = (await tasks.begun(txn)) ?? {
    begunAt: now,
    until: Math.min(exp, now + taskSeconds),
  };
  if (until <= now) {
    throw new Refused("invalid_grant", `${named}: its task has ended; a new token begins one`);
  }
  const of = { user: name, subject: name, actors: [], lists: [], parent: "" };
  return { txn, begunAt, until, tokenUntil: exp, ...of };
}

/** Platforms hand out one token of a workload for an hour and longer: a task begins with each half of the longest task's time. */
async function begunByWorkload(
  { workload, credential }: Caller,
  { tenant, taskSeconds, tasks }: SubjectContext,
  now: number,
): Promise<ProvenTask> {
  const subject = `${tenant}.${workload.name}`;
  const half = Math.floor(taskSeconds / 2);
  const part = Math.floor(now / half);
  const txn = taskOf(credential.text, String(part));
  const until = Math.min(credential.until, part * half + taskSeconds);
  const { begunAt } = (await tasks.begun(txn)) ?? { begunAt: now };
  return { txn, begunAt, until, tokenUntil: until, subject, actors: [], lists: [], parent: "" };
}

/** Claims that task tokens have beside those of every token. */
interface TaskClaims extends JWTPayload {
  readonly client_id: string;
  readonly txn: string;
  readonly cnf?: { readonly jkt: string };
  readonly act?: Act;
  readonly user?: string;
  readonly lists: readonly (readonly TaskDetails[])[];
}

/** The claim `act` (source: RFC 8693, 4.1): the one who acts, and within it who acted before. */
export interface Act {
  readonly sub: string;
  readonly act?: Act;
}

async function continued(
  { token, named }: SubjectToken,
  caller: Caller,
  { issuer, keys, tasks, tenant, key }: SubjectContext,
  now: number,
  noted: Noted,
): Promise<ProvenTask> {
  const claims = (await keys.verify(token, taskType, { issuer, audience: issuer }, now)) as
    | TaskClaims
    | undefined;
  if (claims === undefined) {
    throw new Refused("invalid_grant", `${named}: the task token is not valid, or has expired`);
  }
  if (claims.client_id !== `${tenant}.${caller.workload.name}`) {
    throw new Refused("invalid_grant", `${named}: the task token is for another workload`);
  }
  const { txn, act, user, lists, cnf, sub = "" } = claims;
  if (cnf !== undefined && cnf.jkt !== key) {
    throw new Refused("invalid_dpop_proof", "DPoP: the task token is bound to another key");
  }
  const actors = namesOf(act, tenant);
  Object.assign(noted, { txn, user: user ?? "", chain: [...actors, caller.workload.name] });
  const credential = await tasks.standing(hashOf(token), now);
  if (credential === undefined) throw new Refused("invalid_grant", "the task has ended");
  return {
    ...{ txn, begunAt: credential.begunAt, until: credential.until },
    ...(user !== undefined && { user }),
    ...{ subject: sub, actors, lists, parent: credential.id },
  };
}

/** Names of the workloads of an `act` claim, the first one first. */
function namesOf(act: Act | undefined, tenant: string): readonly string[] {
  if (act === undefined) return [];
  return [...namesOf(act.act, tenant), act.sub.slice(tenant.length + 1)];
}

/** The `act` claim of workloads, the first one first; undefined if there are none. */
export function actOf(names: readonly string[], tenant: string): Act | undefined {
  return names.reduce<Act | undefined>(
    (before, name) => ({ sub: `${tenant}.${name}`, ...(before !== undefined && { act: before }) }),
    undefined,
  );
}

/**
 * Whether a user's token was issued to a workload: it names it in `may_act` (source: RFC 8693, 4.4), or without that
 * claim the client that it was issued to is the workload's.
 */
function mayPresent({ claims }: ProvenUser, { workload, proof }: Caller): boolean {
  const { may_act: mayAct, azp, client_id: clientId } = claims;
  if (mayAct !== undefined) {
    return [mayAct].flat().some((each: unknown) => {
      const { sub, iss } = (each ?? {}) as { readonly sub?: unknown; readonly iss?: unknown };
      return sub === proof.subject && (iss === undefined || iss === proof.id);
    });
  }
  const client = azp ?? clientId;
  return typeof client === "string" && workload.clients.includes(client);
}

interface Peeked {
  readonly typ?: string;
  readonly iss?: string;
  readonly sub?: string;
}

/** The claims of a token, before any of them is proven. */
function peek({ token, named }: SubjectToken): Peeked {
  try {
    const { typ } = decodeProtectedHeader(token);
    const { iss, sub } = decodeJwt(token);
    return {
      ...(typ !== undefined && { typ }),
      ...(iss !== undefined && { iss }),
      ...(sub !== undefined && { sub }),
    };
  } catch {
    throw new Refused("invalid_grant", `${named}: it is no JWT`);
  }
}
