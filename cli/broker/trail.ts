import { lookups, mostLines } from "../../broker/store/trail";
import { write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { readText } from "../files";
import { visible } from "../../core/visible";
import { plain } from "../report/escape";
import { callBroker, type ReachFlags } from "./client";
import { exportTrail } from "./export";
import { parsed, type Line } from "./line";
import { prune } from "./prune";
import { signedHeadsIn, type SignedHeads } from "./signed-heads";
import { isFolder, type TrailLine } from "./trail-folder";
import { Verification } from "./verification";
import { linesOfFolder, verificationOf } from "./verify-folder";

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
  /** Folder into which the trail is written. */
  readonly export?: string;
  /** File of signed heads up to which the broker's trail is pruned. */
  readonly prune?: string;
}

/** Lines with what verifies them. */
interface Read {
  readonly lines: Iterable<TrailLine>;
  /** Undefined for a part of a trail, which cannot be verified. */
  readonly verification?: Verification;
  readonly expected: readonly SignedHeads[];
}

/**
 * `agentid trail`: who did what, by the trail of a broker or a file of it.
 *
 * Of the whole trail the chain of hashes is verified: exit code 1 where a line was changed, added or taken out, and 3 where a chain
 * begins later than by its first line.
 */
export async function trail(flags: TrailFlags): Promise<number> {
  if (flags.heads === true) {
    const signed = await callBroker(reachOf(flags), "/trail/heads");
    await write(process.stdout, `${visible(signed)}\n`);
    return exitCodes.passed;
  }
  if (flags.prune !== undefined) return prune(reachOf(flags), flags.prune, flags.export);
  if (flags.export !== undefined) {
    const { lines, heads } = await exportTrail(reachOf(flags), flags.export);
    await write(process.stderr, `${plain(`${lines} lines written; signed heads: ${heads}`)}\n`);
    return exitCodes.passed;
  }
  const wanted = flags.event === undefined ? flags : { ...flags, ...ofEvent(flags.event) };
  const { lines, verification, expected } = await readTrail(wanted);
  // Of a folder all lines may be more than memory has room for.
  const isShown =
    flags.json === true ||
    lookups.some((name) => wanted[name] !== undefined) ||
    flags.file === undefined ||
    !isFolder(flags.file);
  const shown: Line[] = [];
  let count = 0;
  for (const { line, text } of lines) {
    verification?.add(line, text);
    count += 1;
    if (isShown && isAbout(line, wanted)) shown.push(line);
  }
  const order = shown.sort((a, b) => compare(a.at, b.at) || a.seq - b.seq);
  const out = flags.json === true ? order.map(jsonOf) : order.map((line) => plain(lineOf(line)));
  await write(process.stdout, out.map((line) => `${line}\n`).join(""));
  const { problems, unread } = verification?.outcome() ?? { problems: [], unread: [] };
  const verified =
    verification === undefined
      ? [`${order.length} lines; the whole trail alone can be verified`]
      : [...problems, ...unread];
  const stated = verified.length > 0 ? verified : [wholeText(count, expected)];
  await write(process.stderr, stated.map((line) => `${plain(line)}\n`).join(""));
  if (problems.length > 0) return exitCodes.violated;
  return unread.length > 0 ? exitCodes.notProven : exitCodes.passed;
}

async function readTrail(flags: TrailFlags): Promise<Read> {
  const { file, expectHeads } = flags;
  const isWhole = file !== undefined || lookups.every((name) => flags[name] === undefined);
  if (expectHeads !== undefined && !isWhole) {
    throw new CouldNotRun("`--expect-heads` needs the whole trail; leave out what selects lines");
  }
  const given = expectHeads === undefined ? [] : await signedHeadsIn(expectHeads);
  if (file !== undefined && isFolder(file)) {
    const { verification, expected } = await verificationOf(file, given);
    return { lines: linesOfFolder(file), verification, expected };
  }
  const texts =
    file === undefined
      ? await fromBroker(flags)
      : readText(file, "the trail").split("\n").filter(Boolean);
  const from = file ?? "the broker's answer";
  const lines = texts.map((text, at) => ({ text, line: parsed(text, from, at + 1) }));
  lines.sort((a, b) => compare(a.line.trail, b.line.trail) || a.line.seq - b.line.seq);
  if (!isWhole) return { lines, expected: given };
  const verification = new Verification(
    given,
    lines.map(({ line }) => line),
  );
  return { lines, verification, expected: given };
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

/** A line as it is, also where it is long. */
function jsonOf(line: Line): string {
  return visible(JSON.stringify(line));
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
    // Not up to an empty page: a broker that works writes further lines meanwhile.
    if (last === undefined || page.length < mostLines) return lines;
    const { trail: chain, seq } = parsed(last, "the broker's answer", lines.length);
    after = `${chain}:${seq}`;
  }
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
    [text("error"), text("reason")].filter(Boolean).join(": "),
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
