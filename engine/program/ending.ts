import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Ending } from "./child";
import { argumentErrorCode, fileErrorCode } from "../../core/snapshot/error-codes";
import { olderCompiler } from "./older-compiler";
import { missingModule } from "./missing-module";
import { DRIVES_PULUMI, drivesPulumi } from "./driving";
import { readReports, type Report } from "./prelude";
import type { SourcePositions } from "./source-positions";
import { isMadeOfUnknown } from "./unknown-text";
import { configurationError } from "./configuration-error";

/** What is known of a program's run when it is over. */
export interface Run {
  readonly ending: Ending;
  /** Errors the program logged. */
  readonly errors: readonly string[];
  /** Whether the stack's outputs came in, which is the last thing a program does. */
  readonly finished: boolean;
  readonly programDirectory: string;
  readonly positions: SourcePositions;
  readonly timeoutMs: number;
  /** Tokens of functions that had no answer, since an unknown answer may be why a program throws. */
  readonly unanswered: readonly string[];
  /** What could not be looked into, for the same reason. */
  readonly opaque: readonly string[];
  /** The sources of further configuration that were not read, in words. */
  readonly unread: string;
}

/** What is installed of this package, also where a program takes it from another folder than `node_modules`. */
const ownPackage = `${packageFolder(__dirname)}${sep}dist${sep}`;

/** The nearest folder with a package.json: once built, this file is elsewhere. */
function packageFolder(folder: string): string {
  const above = dirname(folder);
  return above === folder || existsSync(join(folder, "package.json"))
    ? folder
    : packageFolder(above);
}

type Threw = Extract<Report, { readonly kind: "threw" }>;

/** Maximum lines of a program's own message in a report; a manifest's mistakes and their cause fit in. */
const MOST_LINES = 60;

/** Longest line of a program's own message, in characters: a message can be a whole document. */
const LONGEST_LINE = 1000;

/**
 * Why a program did not run to its end, in one sentence; undefined when it did.
 *
 * A message of several lines follows the sentence that leads to it, line by line.
 */
export function explainEnding(run: Run): string | undefined {
  const { ending } = run;
  switch (ending.kind) {
    case "not-started":
      return `cannot start Node in \`${run.programDirectory}\``;
    case "timed-out":
      return (
        `the program did not end within ${run.timeoutMs / 1000} s; ` +
        "give it more with --timeout if it needs longer"
      );
    case "flooded":
      return "the program wrote more than 64 MiB to descriptor 3, by which agentid learns how it ended; leave that alone";
    case "left-behind":
      return "the program left a process behind that has its output open and could not be ended, so nothing is proven";
    case "exited":
      break;
  }
  const reports = readReports(ending.reports);
  const threw = reports.find((report) => report.kind === "threw");
  if (threw !== undefined) {
    const explained = explainThrown(threw, run);
    return restsOnAnswers(threw) ? withHint(explained, run) : explained;
  }
  if (reports.some((report) => report.kind === "disconnected")) {
    return "the program closed its connection to agentid while it declared resources, so not all of them were seen";
  }
  const missing = /We failed to locate the entry point for your program/.exec(ending.output);
  if (missing !== null) {
    return `no program in \`${run.programDirectory}\`; it needs an index.ts or index.js, or \`main\` in Pulumi.yaml`;
  }
  const [logged] = run.errors;
  if (logged !== undefined) {
    const lines = linesOf(logged);
    const told = lines.length === 1 ? `: ${lines.join("")}` : ["", ...lines].join("\n");
    const at = reports.find((report) => report.kind === "logged");
    return `${userFrame(at?.stack ?? "", run)}the program reported an error${told}`;
  }
  if (ending.signal !== null) return explainSignal(ending.signal, ending.output);
  if (run.finished && ending.code === 0) {
    return reports.some(({ kind }) => kind === "exiting")
      ? undefined
      : "the program closed descriptor 3, by which agentid learns what was left out; leave that open";
  }
  if (reports.some((report) => report.kind === "drained")) {
    return "the program stopped while it waited for something that never came, such as a promise that never resolves";
  }
  const unstarted = reports.length === 0 ? reasonOf(ending.output) : "";
  if (unstarted !== "") return `Node did not start the program: \`${unstarted}\``;
  const exiting = reports.find((report) => report.kind === "exiting");
  const code = exiting?.code ?? ending.code ?? 0;
  const at = userFrame(exiting?.stack ?? "", run);
  return `${at}the program ended itself with exit code ${code} before it was done`;
}

/** Node's own words, or what a loader of its arguments throws, which are below the location. */
function reasonOf(output: string): string {
  const error = /^[\w.]*Error(?: \[\w+\])?: .*$/m.exec(output)?.[0];
  return firstLine(error ?? output);
}

function explainSignal(signal: string, output: string): string {
  // V8's own words, before it ends the process: "FATAL ERROR: … - JavaScript heap out of memory".
  if (output.includes("JavaScript heap out of memory")) {
    return "the program ran out of memory; give it more, such as by `NODE_OPTIONS=--max-old-space-size=4096`";
  }
  const who = signal === "SIGKILL" ? ", as a machine does that runs out of memory" : "";
  return `the program was ended by ${signal}${who}`;
}

function explainThrown(threw: Threw, run: Run): string {
  if (threw.code === DRIVES_PULUMI) return `${userFrame(threw.stack, run)}${drivesPulumi}`;
  const mistakes = threw.name === "TSError" ? compileErrors(threw.message) : [];
  if (mistakes.length > 0) return mistakes.join("\n") + olderCompiler(run.programDirectory);
  const setting = /^error TS\d+: (.*)$/m.exec(threw.message)?.[1];
  if (threw.name === "TSError" && setting !== undefined) {
    const reason = setting.replace(/\.$/, "");
    return `the tsconfig.json of \`${run.programDirectory}\` is refused: ${firstLine(reason)}${olderCompiler(run.programDirectory)}`;
  }
  // The location of unparsable code precedes its error; of one that the code throws, it follows.
  const unreadable = /^(.+):(\d+)$/.exec(firstLine(threw.stack));
  if (threw.name === "SyntaxError" && unreadable !== null) {
    const [, file = "", line = ""] = unreadable;
    return `${shown(file, run)}:${line}: ${firstLine(threw.message)}`;
  }
  const untranslated = /^Unknown file extension "\.m?ts" for (.+)$/.exec(firstLine(threw.message));
  if (threw.code === "ERR_UNKNOWN_FILE_EXTENSION" && untranslated !== null) {
    return `${shown(untranslated[1] ?? "", run)} is an ES module, which Pulumi's SDK translates by \`ts-node\` 10; ${howToTranslate(run)}`;
  }
  if (threw.code === fileErrorCode) return mistakesIn(threw.message);
  const position = userFrame(threw.stack, run);
  if (threw.code === argumentErrorCode) return `${position}${linesOf(threw.message).join("\n")}`;
  const missing = missingModule(threw, run.programDirectory, (path) => shown(path, run));
  if (missing !== undefined) return `${position}${missing}`;
  const asked = configurationError(threw.message, run.unread);
  if (asked !== undefined) return `${position}${asked}`;
  const name = threw.name === "" || threw.name === "Error" ? "" : `${threw.name}: `;
  const cause = threw.cause === "" ? "" : `: ${threw.cause}`;
  const lines = linesOf(`${name}${threw.message}${cause}`);
  const told = lines.length === 1 ? ` \`${lines.join("")}\`` : ["", ...lines].join("\n");
  const unplaced = threw.isError ? "" : ", which is no `Error`, so its place is not known";
  return `${position}the program threw${told}${unplaced}`;
}

/** All that the compiler reports, each with its place first. */
function compileErrors(text: string): readonly string[] {
  return text.split("\n").flatMap((each) => {
    const at = each.indexOf(" error TS");
    const place = at < 0 ? null : /[(:](\d+)[,:](\d+)\)?(?::| -)$/.exec(each.slice(0, at));
    const message = /^ error TS\d+: (.*)$/.exec(each.slice(at))?.[1];
    if (place === null || message === undefined) return [];
    const [, line = "", column = ""] = place;
    return [`${each.slice(0, place.index)}:${line}:${column}: ${message.replace(/\.$/, "")}`];
  });
}

/** The mistakes of a file, each with its place first. */
function mistakesIn(message: string): string {
  const [first = "", ...others] = linesOf(message);
  return [/(?<!\S)\S+:\d+:\d+: .*$/s.exec(first)?.[0] ?? first, ...others].join("\n");
}

/** The SDK has a ts-node of its own, which is too old for ES modules: `automatic ESM mode` in its cmd/run/run.ts. */
function howToTranslate({ programDirectory }: Run): string {
  return `run \`npm install\` in \`${programDirectory}\`, with \`--save-dev ts-node@10 typescript\` where its package.json does not name them`;
}

/**
 * `file:line:column: ` of the first frame in the program's folder, else of the first outside installed packages; empty when there
 * is none.
 */
export function userFrame(stack: string, run: Pick<Run, "positions" | "programDirectory">): string {
  let outside = "";
  for (const line of stack.split("\n")) {
    const frame = /^\s*at (?:.*\()?((?:file:\/\/)?[^()]+):(\d+):(\d+)\)?$/.exec(line);
    if (frame === null) continue;
    const [, where = "", row = "", column = ""] = frame;
    const path = where.startsWith("file://") ? fileURLToPath(where) : where;
    if (!isAbsolute(path) || path.includes(`${sep}node_modules${sep}`)) continue;
    const name = shown(path, run);
    const place = `${name}:${row}:${column}: `;
    if (!name.startsWith("..")) return place;
    if (outside === "" && !path.startsWith(ownPackage)) outside = place;
  }
  return outside;
}

function shown(path: string, run: Pick<Run, "positions">): string {
  return isAbsolute(path) ? run.positions.relative(path) : path;
}

/**
 * Node's message where a machine does not answer that a program calls itself:
 * https://nodejs.org/api/errors.html#common-system-errors.
 */
const UNREACHABLE =
  /\b(?:EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ETIMEDOUT)\b|^fetch failed/;

/** Whether an answer that is not there may be behind an error: neither behind configuration, nor behind the network. */
function restsOnAnswers({ message, code, cause }: Threw): boolean {
  if (configurationError(message, "") !== undefined) return false;
  const said = [message, code, cause];
  // A host may be a text made of a missing answer.
  return said.some(isMadeOfUnknown) || !said.some((text) => UNREACHABLE.test(text));
}

/** An explanation whose first line also names a possible cause. */
function withHint(explanation: string, run: Run): string {
  const [sentence = "", ...lines] = explanation.split("\n");
  return [sentence + hint(run), ...lines].join("\n");
}

function hint({ unanswered, opaque }: Run): string {
  if (unanswered.length === 0) {
    return opaque[0] === undefined ? "" : `; possibly because ${firstLine(opaque[0])}`;
  }
  const tokens = unanswered.map((token) => `\`${token}\``).join(", ");
  return `; possibly because ${tokens} has no recorded answer: record one under \`functions\` in agentid.yaml`;
}

/** The lines of a message, each shortened, and how many were left out. */
function linesOf(text: string): readonly string[] {
  const lines = text
    .trim()
    .replaceAll("\t", "  ")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  const left = lines.length - MOST_LINES;
  return [
    ...(lines.length === 0 ? [""] : lines.slice(0, MOST_LINES).map(shortened)),
    ...(left > 0 ? [`… and ${left} more lines, shown by --verbose`] : []),
  ];
}

function firstLine(text: string): string {
  return shortened(text.trim().split("\n")[0] ?? "");
}

function shortened(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1)}…` : line;
}
