import { write } from "../console";
import { exitCodes } from "../exit-code";
import { plain } from "../report/escape";
import { callBroker, type ReachFlags } from "./client";

/** Options of `agentid approve`, as commander gives them. */
export interface ApproveFlags extends ReachFlags {
  readonly deny?: boolean;
}

/** A request as the broker shows it. */
interface Shown {
  readonly id: string;
  readonly user: string;
  readonly chain: readonly string[];
  readonly tool: string;
  readonly intent: string;
  readonly target?: string;
  readonly sensitivity: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly until: string;
}

/** `agentid approve`: lists requests that wait for a person, or decides on one. */
export async function approve(id: string | undefined, flags: ApproveFlags): Promise<number> {
  if (id === undefined) {
    const { approvals } = JSON.parse(await callBroker(flags, "/approvals")) as {
      readonly approvals: readonly Shown[];
    };
    const lines = approvals.map(lineOf);
    await write(
      process.stdout,
      lines.length === 0 ? "nothing waits for approval\n" : lines.join(""),
    );
    return exitCodes.passed;
  }
  const decision = flags.deny === true ? "denied" : "approved";
  const path = `/approvals/${encodeURIComponent(id)}`;
  const shown = JSON.parse(await callBroker(flags, path, { decision })) as Shown;
  await write(process.stdout, `${decision}: ${lineOf(shown)}`);
  return exitCodes.passed;
}

function lineOf({
  id,
  user,
  chain,
  tool,
  intent,
  target,
  sensitivity,
  context,
  until,
}: Shown): string {
  const who = [...(user === "" ? [] : [user]), ...chain].join(" > ");
  const facts = Object.entries(context).map(([key, value]) => `${key}=${String(value)}`);
  const what = [intent, ...(target === undefined ? [] : [target]), sensitivity, ...facts];
  return `${plain(`${id}  ${who} -> ${tool}: ${what.join(", ")}; until ${until}`)}\n`;
}
