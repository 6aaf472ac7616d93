import { write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { plain } from "../report/escape";
import { callBroker, type ReachFlags } from "./client";

/** Options of `agentid revoke`, as commander gives them. */
export interface RevokeFlags extends ReachFlags {
  readonly task?: string;
  readonly agent?: string;
  readonly user?: string;
  readonly tool?: string;
  readonly instance?: string;
  readonly tenant?: string;
  /** Such as `90s`, `15m`, `2h` or `1d`. */
  readonly for?: string;
  readonly reason?: string;
}

const kinds = ["task", "agent", "instance", "user", "tool", "tenant"] as const;

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `agentid revoke`: ends all of a task, an agent, one instance of it, a user, a tool or the tenant, and nothing else. */
export async function revoke(flags: RevokeFlags): Promise<number> {
  const given = kinds.filter((kind) => flags[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const flagsOf = kinds.map((each) => `\`--${each}\``).join(", ");
    throw new CouldNotRun(`give exactly one of ${flagsOf}`);
  }
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(flags.for ?? "1h") ?? [];
  if (count === "") throw new CouldNotRun("`--for` takes a duration such as `90s`, `15m` or `2h`");
  const seconds = Number(count) * (secondsOf[unit] ?? 1);
  const value = flags[kind] ?? "";
  const { until, ended, accounts } = JSON.parse(
    await callBroker(flags, "/revocations", { kind, value, seconds, reason: flags.reason }),
  ) as {
    readonly until: number;
    readonly ended: Readonly<Record<string, { count: number; until: number; then: string }>>;
    readonly accounts?: { readonly left: number; readonly until: number };
  };
  const live = Object.entries(ended).map(
    ([each, { count: many, until: last, then }]) =>
      `  ${many} ${each} credentials, the last until ${timeOf(last)}: ${then}`,
  );
  const anew = kind === "task" ? "it does not begin anew" : `nothing new before ${timeOf(until)}`;
  const lines = [
    `revoked ${kind} ${value}: ${anew}`,
    ...(accounts !== undefined && accounts.left > 0
      ? [
          `  ${accounts.left} accounts of Kubernetes are not removed yet: the broker goes on, and their tokens end at ${timeOf(accounts.until)}`,
        ]
      : []),
    ...(live.length === 0 ? ["  nothing that was issued still works"] : live),
  ];
  await write(process.stdout, lines.map((line) => `${plain(line)}\n`).join(""));
  return exitCodes.passed;
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
