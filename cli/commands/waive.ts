import { mask } from "../../core/snapshot/value";
import { daysBetween, isDay, type Day } from "../../core/day";
import { controlIds, type ControlId } from "../../policy-pack/run/waivers/controls";
import { readWaivers } from "../../policy-pack/run/waivers/read-waivers";
import { isExpired, isTooLong, longestWaiver } from "../../policy-pack/run/waivers/waiver";
import {
  newWaiversFile,
  withWaiver,
  type NewWaiver,
} from "../../policy-pack/run/waivers/write-waiver";
import { didYouMean, listed, printProblems } from "../../yaml/problems";
import { findingsToWaive, type FindingNames } from "../choose-finding";
import { write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { changeText, readText } from "../files";
import { plain } from "../report/escape";
import { parseReports } from "../report-file";
import { todayOf } from "../program-options";

/** Options of `agentid waive`, as commander gives them. */
export interface WaiveFlags extends FindingNames {
  readonly file: string;
  readonly owner: string;
  readonly reason: string;
  readonly ticket: string;
  readonly expires: string;
  readonly control: readonly string[];
  readonly today?: string;
}

/** `agentid waive`: writes an entry for a finding of a report into a waivers file. */
export async function waive(report: string, flags: WaiveFlags): Promise<number> {
  const parsed = parseReports(readText(report, "the report"));
  if (parsed.kind === "problem") throw new CouldNotRun(`\`${report}\` ${parsed.problem}`);
  const findings = findingsToWaive(parsed.reports, flags);
  const [{ about, rule, fingerprint }, ...more] = findings;
  const holders = findings.flatMap(({ holder }) => holder?.label ?? []);
  // A hidden name could not be found again.
  const isMasked = [about.label, ...holders].some((label) => label.includes(mask));
  if (isMasked && more.length > 0) {
    throw new CouldNotRun(
      "a name is hidden, so each finding is waived alone: name it by `--fingerprint`",
    );
  }
  const waiver: NewWaiver = {
    rule,
    ...(!isMasked && { thing: about.label }),
    holders: isMasked ? [] : holders,
    ...((isMasked || flags.fingerprint !== undefined) && { fingerprint }),
    owner: given("owner", flags.owner),
    reason: given("reason", flags.reason),
    ticket: given("ticket", flags.ticket),
    expires: endOf(flags.expires, todayOf(flags.today)),
    controls: flags.control.map(controlOf),
  };
  await changeText({ file: flags.file, what: "the waivers" }, (before) => {
    if (before !== undefined) refuseMistakes(before, flags.file);
    const text = before === undefined ? newWaiversFile(waiver) : withWaiver(before, waiver);
    refuseMistakes(text, flags.file);
    return text;
  });
  const affecting = holders.length === 0 ? "" : ` affecting ${holders.join(", ")}`;
  const line = `${flags.file}: waives ${rule} of ${about.label}${affecting} until ${waiver.expires}, where its controls are met`;
  await write(process.stdout, `${plain(line)}\n`);
  return exitCodes.passed;
}

function refuseMistakes(text: string, file: string): void {
  const read = readWaivers(text, file);
  if (read.kind === "problems") throw new CouldNotRun(printProblems(file, read.problems));
}

function given(option: string, text: string): string {
  if (text.trim() !== "") return text;
  throw new CouldNotRun(
    `\`--${option}\` is empty; a waiver names its owner, its reason and its ticket`,
  );
}

function endOf(text: string, today: Day): Day {
  if (!isDay(text)) {
    throw new CouldNotRun(`\`--expires\` takes a day, such as \`--expires 2026-11-30\``);
  }
  const expires = { expires: text };
  if (isExpired(expires, today))
    throw new CouldNotRun(`\`--expires ${text}\` is past; give a day to come`);
  if (isTooLong(expires, today)) {
    throw new CouldNotRun(
      `\`--expires ${text}\` is ${daysBetween(today, text)} days away; at most ${longestWaiver} are allowed`,
    );
  }
  return text;
}

function controlOf(text: string): ControlId {
  const control = controlIds.find((id) => id === text);
  if (control !== undefined) return control;
  throw new CouldNotRun(
    `no control is called \`${text}\`; give ${listed(controlIds)}${didYouMean(text, controlIds)}`,
  );
}
