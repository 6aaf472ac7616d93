import type { Caller } from "../identity/workloads";
import { Refused } from "../refused";
import type { Line, Statement } from "../store/store";
import type { Credential, Spent, Standing, Tasks } from "../store/tasks";
import type { ProvenTask } from "./subject";

/** What is about to leave the broker. */
export interface Recorded {
  readonly task: ProvenTask;
  readonly caller: Caller;
  readonly credential: Pick<Credential, "id" | "kind" | "hash" | "chain" | "tool" | "until">;
  /** The further content of the line of the trail. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly approval?: { readonly id: string };
  readonly spent?: readonly Spent[];
  /** What is written with it. */
  readonly also?: readonly Statement[];
}

/** Puts on disk what is about to leave; throws {@link Refused} where its task has ended meanwhile. */
export async function record(
  tasks: Tasks,
  { task, caller, credential, event, approval, spent, also }: Recorded,
  now: number,
): Promise<void> {
  const { chain, tool, until, hash, kind } = credential;
  const { instance } = caller.proof;
  const written = lineOf(task, chain, tool, now, {
    ...{ event: "issued", kind, ...event, proof: provenBy(caller) },
    ...(approval !== undefined && { approval: approval.id }),
    credential: { hash, until },
  });
  const whole = { ...credential, ...ownOf(task), issuedAt: now, instance };
  const { tokenUntil } = task;
  const begins = tokenUntil === undefined ? undefined : { until: task.until, tokenUntil };
  const beside = {
    ...(approval !== undefined && { approval }),
    ...(spent !== undefined && { spent }),
    ...(also !== undefined && { also }),
  };
  if (await tasks.issue(whole, written, begins, beside)) return;
  throw new Refused(
    "invalid_grant",
    "the task has ended, or its approval or what it may spend is used up",
  );
}

/** Who has proven itself, for the trail: which of several, where its subject does not state that. */
export function provenBy({ proof: { issuer, subject, instance } }: Caller): object {
  const isFurther = instance !== "" && instance !== subject;
  return { issuer, subject, ...(isFurther && { instance }) };
}

/** The part of a task that is common to everything issued for it. */
export function ownOf({
  txn,
  begunAt,
  user,
  parent,
}: ProvenTask): Omit<Standing, "chain" | "tool" | "instance"> & { readonly parent: string } {
  return { txn, begunAt, user: user ?? "", parent };
}

/** A line of the trail about a task. */
export function lineOf(
  task: ProvenTask,
  chain: readonly string[],
  tool: string,
  now: number,
  of: Readonly<Record<string, unknown>>,
): Line {
  const { txn, user = "" } = task;
  return { at: now, txn, chain, user, tool, record: { user, chain, tool, ...of } };
}
