import { mkdirSync } from "node:fs";
import { hashOf } from "../../broker/hash";
import type { Head } from "../../broker/store/store";
import { CouldNotRun } from "../failure";
import { cannotWrite } from "../files";
import { callBroker, type ReachFlags } from "./client";
import { parsed } from "./line";
import { headsIn } from "./signed-heads";
import {
  dateOf,
  linesIn,
  trailFilesIn,
  writeHeads,
  writeLines,
  type TrailFile,
  type TrailLine,
} from "./trail-folder";

/** Most lines of one file: what is in memory at once. */
const mostLines = 50_000;

/** What an export wrote. */
export interface Exported {
  readonly lines: number;
  /** The file of signed heads, up to which the folder has each line. */
  readonly heads: string;
}

/** The last line of a chain that a folder has. */
interface End {
  readonly seq: number;
  readonly hash: () => string;
}

/**
 * Writes what a folder lacks of a broker's trail up to now, and the signed heads of now. Throws `CouldNotRun` where a line does not
 * follow the one that the folder has.
 *
 * Lines that were read before an error are kept, so that the next run continues there.
 */
export async function exportTrail(reach: ReachFlags, folder: string): Promise<Exported> {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw cannotWrite({ file: folder, what: "the trail" }, error);
  }
  const files = trailFilesIn(folder);
  // Up to these: a broker that works writes lines as fast as they are read.
  const signed = await allHeads(reach);
  let count = 0;
  for (const head of signed.flatMap(headsIn)) {
    count += await exportChain(reach, folder, head, endOf(files.get(head.trail)?.at(-1)));
  }
  return { lines: count, heads: writeHeads(folder, signed, new Date()) };
}

async function exportChain(
  reach: ReachFlags,
  folder: string,
  head: Head,
  from: End,
): Promise<number> {
  let end = from;
  let waiting: TrailLine[] = [];
  let count = 0;
  const put = (): void => {
    writeLines(folder, waiting);
    count += waiting.length;
    waiting = [];
  };
  try {
    while (end.seq < head.seq) {
      for (const each of await linesAfter(reach, head, end.seq)) {
        const [first] = waiting;
        const isFull = waiting.length >= mostLines;
        if (isFull || (first !== undefined && dateOf(first.line) !== dateOf(each.line))) put();
        checkFollows(each, end);
        end = { seq: each.line.seq, hash: () => hashOf(each.text) };
        waiting.push(each);
      }
    }
  } finally {
    put();
  }
  if (end.seq > head.seq || end.hash() === head.hash) return count;
  throw new CouldNotRun(`trail ${head.trail}: line ${head.seq} is not the one that was signed`);
}

function endOf(file: TrailFile | undefined): End {
  if (file === undefined) return { seq: 0, hash: () => "" };
  return { seq: file.last, hash: () => hashOf(linesIn(file).at(-1)?.text ?? "") };
}

/** The next lines of a chain up to a head of it. */
async function linesAfter(
  reach: ReachFlags,
  head: Head,
  seq: number,
): Promise<readonly TrailLine[]> {
  const text = await callBroker(reach, `/trail?after=${head.trail}:${seq}`);
  const lines = text
    .split("\n")
    .filter(Boolean)
    .map((each, at) => ({ text: each, line: parsed(each, "the broker's answer", at + 1) }))
    .filter(({ line }) => line.trail === head.trail && line.seq <= head.seq);
  if (lines.length > 0) return lines;
  throw new CouldNotRun(`trail ${head.trail}: the broker signs line ${head.seq}, and has it not`);
}

/** Whatever comes first in a folder follows nothing: what was before it may have been pruned. */
function checkFollows({ line: { trail, seq, before } }: TrailLine, end: End): void {
  if (end.seq === 0) return;
  if (seq === end.seq + 1 && before === end.hash()) return;
  throw new CouldNotRun(
    `trail ${trail}: line ${seq} of the broker does not follow line ${end.seq} of the folder`,
  );
}

/** Signed heads of all chains, as the broker answers them. */
async function allHeads(reach: ReachFlags): Promise<readonly string[]> {
  const answers: string[] = [];
  for (let after = ""; ;) {
    const answer = await callBroker(reach, `/trail/heads?after=${after}`);
    const last = headsIn(answer).at(-1);
    if (last === undefined) return answers;
    answers.push(answer);
    after = last.trail;
  }
}
