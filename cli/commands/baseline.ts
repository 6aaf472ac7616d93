import { existsSync } from "node:fs";
import type { Finding } from "../../policy-pack/findings/finding";
import {
  baselineOf,
  parseBaseline,
  printBaseline,
  type KnownFinding,
} from "../../policy-pack/run/baseline";
import { isKnown } from "../../policy-pack/findings/known";
import { judgePaths } from "../judge-paths";
import { reportFailure, write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { readText, writeText } from "../files";
import { plain } from "../report/escape";
import { unreadIn } from "../unread";
import { checkOptionsOf, type ProgramFlags } from "../program-options";

/** Options of `agentid baseline`, as commander gives them. */
export interface BaselineFlags extends ProgramFlags {
  readonly out: string;
}

/** `agentid baseline`: writes down which findings there are, so that only further ones block. */
export async function baseline(paths: readonly string[], flags: BaselineFlags): Promise<number> {
  const before = existsSync(flags.out) ? knownBefore(flags.out) : [];
  const options = { ...checkOptionsOf(flags, () => {}), baseline: { kind: "none" } as const };
  const findings: Finding[] = [];
  let failed = false;
  for (const { outcome } of await judgePaths(paths, { optionsFor: () => options })) {
    const failure = outcome.kind === "judged" ? unreadIn(outcome.report) : outcome;
    if (failure !== undefined) {
      failed = true;
      await reportFailure(failure, options.verbose);
    } else if (outcome.kind === "judged") {
      findings.push(...outcome.report.judgement.findings);
    }
  }
  // With a program missing, or a file of one, its known findings would be dropped as gone.
  if (failed) return exitCodes.couldNotRun;
  const text = printBaseline(findings);
  writeText(flags.out, "the baseline", text);
  await write(process.stdout, `${summary(before, text, flags.out)}\n`);
  return exitCodes.passed;
}

/** The findings of the file that is to be written anew; refuses to overwrite what is no baseline. */
function knownBefore(file: string): readonly KnownFinding[] {
  const parsed = parseBaseline(readText(file, "the baseline"));
  if (parsed.kind === "ok") return parsed.known;
  if (parsed.isBaseline) return [];
  throw new CouldNotRun(`\`${file}\` is no baseline; remove it, or give another file by \`--out\``);
}

function summary(before: readonly KnownFinding[], text: string, file: string): string {
  const parsed = parseBaseline(text);
  const known = parsed.kind === "ok" ? parsed.known : [];
  const now = fingerprintsOf(known);
  const then = fingerprintsOf(before);
  const old = baselineOf(before);
  const added = known.filter(
    (each) =>
      !isKnown(old, { ...each, evidenceParts: each.evidenceParts?.map((part) => [part]) ?? [] }),
  ).length;
  const gone = [...then].filter((fingerprint) => !now.has(fingerprint)).length;
  return `${plain(file)}: ${now.size} known, ${added} of them new; ${gone} gone`;
}

function fingerprintsOf(known: readonly KnownFinding[]): ReadonlySet<string> {
  return new Set(known.map(({ fingerprint }) => fingerprint));
}
