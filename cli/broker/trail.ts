import { hashOf } from "../../broker/hash";
import { lookups } from "../../broker/store/trail";
import { write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { readText } from "../files";
import { plain } from "../report/escape";
import { callBroker, type ReachFlags } from "./client";
import { missingOf, signedHeadsIn, type SignedHeads } from "./signed-heads";

/** Options of `agentid trail`, as commander gives them. */
export interface TrailFlags extends Partial<ReachFlags> {
  readonly file?: string;
  readonly task?: string;
  readonly agent?: string;
  readonly user?: string;
  readonly tool?: string;
  readonly event?: string;
  readonly json?: boolean;
  /** Prints the signed heads alone. */
  readonly heads?: boolean;
  /** File of signed heads that the trail has to have. */
  readonly expectHeads?: string;
}

/** A line of the trail, as far as it is shown. */
interface Line {
  readonly trail: string;
  readonly seq: number;
  readonly before: string;
  readonly at: string;
  readonly txn: string;
  readonly event: string;
  readonly [key: string]: unknown;
}

/**
 * `agentid trail`: who did what, by the trail of a broker or a file of it.
 *
 * Of the whole trail the chain of hashes is verified: exit code 1 where a line was changed, added or taken out.
 */
export async function trail(flags: TrailFlags): Promise<number> {
  if (flags.heads === true) {
    const signed = await callBroker(reachOf(flags), "/trail/heads");
    await write(process.stdout, `${plain(signed)}\n`);
    return exitCodes.passed;
  }
  const wanted = flags.event === undefined ? flags : { ...flags, ...ofEvent(flags.event) };
  const texts =
    flags.file === undefined
      ? await fromBroker(wanted)
      : readText(flags.file, "the trail").split("\n").filter(Boolean);
  const lines = texts.map((text, at) => parsed(text, flags.file, at + 1));
  const isWhole = flags.file !== undefined || lookups.every((name) => wanted[name] === undefined);
  const { expectHeads } = flags;
  if (expectHeads !== undefined && !isWhole) {
    throw new CouldNotRun("`--expect-heads` needs the whole trail; leave out what selects lines");
  }
  const expected = expectHeads === undefined ? [] : await signedHeadsIn(expectHeads);
  const missing = expected.flatMap((signed) => missingOf(signed, lines, texts));
  const problems = isWhole ? [...new Set([...problemsIn(lines, texts), ...missing])] : [];
  const shown = lines.filter((line) => isAbout(line, wanted));
  const order = [...shown].sort((a, b) => compare(a.at, b.at) || a.seq - b.seq);
  const out = flags.json === true ? order.map((line) => JSON.stringify(line)) : order.map(lineOf);
  const verified =
    problems.length > 0
      ? problems
      : isWhole
        ? [wholeText(lines.length, expected)]
        : [`${order.length} lines; the whole trail alone can be verified`];
  await write(process.stdout, out.map((line) => `${plain(line)}\n`).join(""));
  await write(process.stderr, verified.map((line) => `${plain(line)}\n`).join(""));
  return problems.length > 0 ? exitCodes.violated : exitCodes.passed;
}

/** What holds, and what it rests on: without signed heads, lines may be missing at the end of a chain, or all chains be new. */
function wholeText(count: number, expected: readonly SignedHeads[]): string {
  const last = expected
    .map(({ at }) => at)
    .sort()
    .at(-1);
  return last === undefined
    ? `${count} lines: each chain is whole up to its last line; --expect-heads shows what was cut off`
    : `${count} lines: each chain is whole, and has all that was signed until ${last}`;
}

function reachOf({ broker, tokenFile }: TrailFlags): ReachFlags {
  if (broker === undefined) throw new CouldNotRun("name the trail by `--broker` or `--file`");
  return { broker, ...(tokenFile !== undefined && { tokenFile }) };
}

async function fromBroker(flags: TrailFlags): Promise<readonly string[]> {
  const reach = reachOf(flags);
  const lines: string[] = [];
  // A broker selects by one of them. What is shown is selected here by all.
  const by = lookups.find((name) => flags[name] !== undefined);
  const about = by === undefined ? {} : { [by]: flags[by] ?? "" };
  for (let after = ""; ;) {
    const query = new URLSearchParams({ ...about, ...(after !== "" && { after }) });
    const page = (await callBroker(reach, `/trail?${query.toString()}`))
      .split("\n")
      .filter(Boolean);
    lines.push(...page);
    const last = page.at(-1);
    if (last === undefined) return lines;
    const { trail: chain, seq } = parsed(last, undefined, lines.length);
    after = `${chain}:${seq}`;
  }
}

function parsed(text: string, file: string | undefined, at: number): Line {
  try {
    const line = JSON.parse(text) as Line;
    if (typeof line.trail === "string" && typeof line.seq === "number") return line;
  } catch {
    // Reported below, as any other line that is none.
  }
  throw new CouldNotRun(`${file ?? "the broker's answer"}:${at}: is no line of a trail`);
}

/** What is wrong with the chains of hashes. */
function problemsIn(lines: readonly Line[], texts: readonly string[]): readonly string[] {
  const problems: string[] = [];
  const chains = new Map<string, { readonly line: Line; readonly hash: string }[]>();
  lines.forEach((line, at) => {
    const hash = hashOf(texts[at] ?? "");
    const chain = chains.get(line.trail);
    if (chain === undefined) chains.set(line.trail, [{ line, hash }]);
    else chain.push({ line, hash });
  });
  for (const [name, chain] of chains) {
    chain.sort((a, b) => a.line.seq - b.line.seq);
    chain.forEach(({ line }, at) => {
      const before = at === 0 ? "" : (chain[at - 1]?.hash ?? "");
      if (line.seq !== at + 1) problems.push(`trail ${name}: line ${at + 1} is missing`);
      else if (line.before !== before) {
        problems.push(
          `trail ${name}: line ${line.seq - 1} was changed after line ${line.seq} was written`,
        );
      }
    });
  }
  for (const { event, ends, trail: by } of lines) {
    if (event !== "started" || !Array.isArray(ends)) continue;
    for (const end of ends as { trail: string; seq: number; hash: string }[]) {
      const found = chains.get(end.trail)?.find(({ line }) => line.seq === end.seq);
      if (found?.hash !== end.hash) {
        problems.push(
          `trail ${end.trail}: line ${end.seq}, which trail ${by} names, is missing or changed`,
        );
      }
    }
  }
  return [...new Set(problems)];
}

function isAbout(line: Line, { task, agent, user, tool }: TrailFlags): boolean {
  const chain = Array.isArray(line["chain"]) ? (line["chain"] as unknown[]) : [];
  return (
    (task === undefined || line.txn === task) &&
    (agent === undefined || chain.includes(agent) || line["value"] === agent) &&
    (user === undefined || line["user"] === user || line["value"] === user) &&
    (tool === undefined || line["tool"] === tool || line["value"] === tool)
  );
}

/** The task of an audit record: of CloudTrail by the session's name, of Kubernetes by the account of the task. */
function ofEvent(file: string): { readonly task: string } {
  const text = readText(file, "the event");
  const [, txn = ""] =
    /(?:task[-/.]|txn[-=:"\s]{1,5}|assumed-role\/[^/"]+\/)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/.exec(
      text,
    ) ?? [];
  if (txn === "") throw new CouldNotRun(`\`${file}\` names no task of a broker`);
  return { task: txn };
}

function lineOf(line: Line): string {
  const text = (name: string): string => (typeof line[name] === "string" ? line[name] : "");
  const chain = Array.isArray(line["chain"]) ? (line["chain"] as string[]) : [];
  const who = [text("user"), ...chain].filter(Boolean).join(" > ");
  const tool = text("tool");
  const what = [text("intent"), text("target"), text("sensitivity")].filter(Boolean).join(" ");
  const why = [
    text("error") === "" ? "" : `${text("error")}: ${text("reason")}`,
    text("grant") === "" ? "" : `grant ${text("grant")}`,
    text("by") === "" ? "" : `by ${text("by")}`,
    text("value") === "" ? "" : `${text("kind")} ${text("value")}`,
    text("for") === "" ? "" : `for ${text("for")}`,
  ].filter(Boolean);
  const to = tool === "" ? "" : `-> ${tool}`;
  return [line.at, line.event.padEnd(14), [who, to, what].filter(Boolean).join(" "), ...why]
    .filter(Boolean)
    .join("  ");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
