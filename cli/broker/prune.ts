import { write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { readText } from "../files";
import { plain } from "../report/escape";
import { callBroker, type ReachFlags } from "./client";
import { parsed } from "./line";
import { headsIn, signedHeadsIn } from "./signed-heads";
import type { Verification } from "./verification";
import { linesOfFolder, verificationOf } from "./verify-folder";

/**
 * `agentid trail --prune`: removes old lines at a broker, up to signed heads.
 *
 * Before that, an exported folder is verified: it has to have each line of the broker up to these heads.
 */
export async function prune(
  reach: ReachFlags,
  heads: string,
  folder: string | undefined,
): Promise<number> {
  if (folder === undefined) {
    throw new CouldNotRun("`--prune` needs `--export` with the folder that has the lines");
  }
  const answers = readText(heads, "the signed heads").split("\n").filter(Boolean);
  const signed = await signedHeadsIn(heads);
  const { verification } = await verificationOf(folder, signed);
  for (const { line, text } of linesOfFolder(folder)) verification.add(line, text);
  const { problems, unread } = verification.outcome();
  const reasons = [...problems, ...unread, ...(await beforeFolder(reach, answers, verification))];
  if (reasons.length > 0) {
    await write(process.stderr, reasons.map((reason) => `${plain(reason)}\n`).join(""));
    return exitCodes.violated;
  }
  let count = 0;
  for (const answer of answers) count += await pruneBy(reach, answer);
  await write(process.stderr, `${count} lines pruned\n`);
  return exitCodes.passed;
}

/** Lines that the broker has and the folder lacks, as its files begin later. */
async function beforeFolder(
  reach: ReachFlags,
  answers: readonly string[],
  verification: Verification,
): Promise<readonly string[]> {
  const reasons: string[] = [];
  for (const { trail } of answers.flatMap(headsIn)) {
    const first = verification.firstOf(trail) ?? 1;
    if (first === 1) continue;
    const [text = ""] = (await callBroker(reach, `/trail?after=${trail}:0`)).split("\n");
    if (text === "") continue;
    const line = parsed(text, "the broker's answer", 1);
    if (line.trail !== trail || line.seq >= first) continue;
    reasons.push(`trail ${trail}: the folder lacks lines ${line.seq} to ${first - 1}`);
  }
  return reasons;
}

/** How many lines the broker has removed. One request removes a part of them. */
async function pruneBy(reach: ReachFlags, answer: string): Promise<number> {
  const { heads } = JSON.parse(answer) as { readonly heads: string };
  let count = 0;
  for (;;) {
    const done = JSON.parse(await callBroker(reach, "/trail/prune", { heads })) as {
      readonly pruned: number;
      readonly isDone: boolean;
    };
    count += done.pruned;
    if (done.isDone) return count;
  }
}
