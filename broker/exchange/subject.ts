import { randomUUID } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from "jose";
import type { Caller, Identities, ProvenUser } from "../identity/workloads";
import { Refused } from "../refused";
import type { Tasks } from "../store/tasks";
import { hashOf } from "../hash";
import type { SigningKeys } from "../tokens/signing-keys";
import type { Noted } from "./context";
import type { TaskDetails } from "../request/details";

/** The `typ` of task tokens. */
export const taskType = "agentid-task+jwt";

/** The task that a request is for, as its subject token proves it. */
export interface ProvenTask {
  readonly txn: string;
  /** Whether the request begins it. */
  readonly isNew: boolean;
  readonly begunAt: number;
  readonly until: number;
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

/** What proves subject tokens. */
export interface SubjectContext {
  readonly tenant: string;
  readonly issuer: string;
  readonly taskSeconds: number;
  readonly identities: Identities;
  readonly keys: SigningKeys;
  readonly tasks: Tasks;
}

/**
 * The task of a subject token that the caller may present; throws {@link Refused}.
 *
 * @param noted is filled with what the token proves, also where its task has ended
 */
export async function proveSubject(
  token: string,
  caller: Caller,
  context: SubjectContext,
  now: number,
  noted: Noted,
): Promise<ProvenTask> {
  const { identities, tenant } = context;
  const { typ, ...claims } = peek(token);
  if (typ === taskType) return continued(token, caller, context, now, noted);
  if (identities.isUserToken(claims)) {
    const user = await identities.user(token, "subject_token", now);
    if (!mayPresent(user, caller)) {
      throw new Refused(
        "invalid_grant",
        "subject_token: the user's token was not issued to the caller; see `may_act`, `azp` and `clients`",
      );
    }
    return begun(user.claims, context, now, { user: user.name, subject: user.name });
  }
  const { workload } = await identities.workload(token, "subject_token", now);
  if (workload.name !== caller.workload.name) {
    throw new Refused("invalid_grant", "subject_token: it is another workload's");
  }
  return begun(decodeJwt(token), context, now, { subject: `${tenant}.${workload.name}` });
}

function begun(
  { exp = 0 }: JWTPayload,
  { taskSeconds }: SubjectContext,
  now: number,
  of: { readonly user?: string; readonly subject: string },
): ProvenTask {
  return {
    ...of,
    ...{ txn: randomUUID(), isNew: true, begunAt: now, until: Math.min(exp, now + taskSeconds) },
    ...{ actors: [], lists: [], parent: "" },
  };
}

/** Claims that task tokens have beside those of every token. */
interface TaskClaims extends JWTPayload {
  readonly client_id: string;
  readonly txn: string;
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
  token: string,
  caller: Caller,
  { issuer, keys, tasks, tenant }: SubjectContext,
  now: number,
  noted: Noted,
): Promise<ProvenTask> {
  const claims = (await keys.verify(token, taskType, { issuer, audience: issuer }, now)) as
    | TaskClaims
    | undefined;
  if (claims === undefined) {
    throw new Refused(
      "invalid_grant",
      "subject_token: the task token is not valid, or has expired",
    );
  }
  if (claims.client_id !== `${tenant}.${caller.workload.name}`) {
    throw new Refused("invalid_grant", "subject_token: the task token is for another workload");
  }
  const { txn, act, user, lists, sub = "" } = claims;
  const actors = namesOf(act, tenant);
  Object.assign(noted, { txn, user: user ?? "", chain: [...actors, caller.workload.name] });
  const credential = await tasks.standing(hashOf(token), now);
  if (credential === undefined) throw new Refused("invalid_grant", "the task has ended");
  return {
    ...{ txn, isNew: false, begunAt: credential.begunAt, until: credential.until },
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
function peek(token: string): Peeked {
  try {
    const { typ } = decodeProtectedHeader(token);
    const { iss, sub } = decodeJwt(token);
    return {
      ...(typ !== undefined && { typ }),
      ...(iss !== undefined && { iss }),
      ...(sub !== undefined && { sub }),
    };
  } catch {
    throw new Refused("invalid_grant", "subject_token: it is no JWT");
  }
}
