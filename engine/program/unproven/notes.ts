import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { SnapshotNote } from "../../../core/snapshot/resource";
import type { Report } from "../prelude";
import type { SourcePositions } from "../source-positions";
import { heldCompiler } from "./compiler";
import { Effects } from "./effects";
import { ProgramSources, sourcesIn } from "./sources";
import { StandInFlow } from "./stand-in-flow";

/** A place in a stack trace. */
interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

type Unproven = Extract<Report, { readonly kind: "skipped" | "stand-in" }>;

const foreignNote: SnapshotNote = {
  kind: "unrendered",
  message:
    "the program wrote to descriptor 3, by which agentid learns what was left out, so a report may be lost; leave that alone",
};

/**
 * A note for each place where a program may declare more, or something else, once it has an answer that a real preview has, and one where reports of such places may be lost.
 *
 * @param directory the program's folder
 */
export function unprovenNotes(
  reports: readonly Report[],
  directory: string,
  positions: SourcePositions,
): readonly SnapshotNote[] {
  const unproven = reports.filter(
    (report): report is Unproven => report.kind === "skipped" || report.kind === "stand-in",
  );
  const foreign = reports.some(({ kind }) => kind === "foreign") ? [foreignNote] : [];
  if (unproven.length === 0) return foreign;
  const compiler = heldCompiler()();
  const judges = new Map<string, Judge>();
  const judgeOf = (frame: Frame | undefined): Judge => {
    const file = frame?.file ?? join(directory, "program.js");
    // Of a package only the file is read: it may have thousands.
    const root = isInPackage(file) ? file : folderOf(file, directory);
    let judge = judges.get(root);
    if (judge === undefined) {
      const [folder, paths] = isInPackage(file)
        ? [dirname(file), [file].filter(existsSync)]
        : [root, sourcesIn(root)];
      judge = new Judge(new ProgramSources(compiler, folder, paths));
      judges.set(root, judge);
    }
    return judge;
  };
  const notes = unproven.flatMap((report): readonly SnapshotNote[] => {
    const frames = framesOf(report.stack);
    const own = frames.find(({ file }) => !isInPackage(file));
    const source = own && {
      file: positions.relative(own.file),
      line: own.line,
      column: own.column,
    };
    const message =
      report.kind === "skipped"
        ? skippedMessage(report, judgeOf(frames[0]))
        : standInMessage(report, frames, judgeOf);
    if (message === undefined) return [];
    return [{ kind: "unrendered", message, ...(source === undefined ? {} : { source }) }];
  });
  return [...foreign, ...notes];
}

class Judge {
  readonly effects: Effects;
  readonly #flow: StandInFlow;

  constructor(readonly sources: ProgramSources) {
    this.effects = new Effects(sources);
    this.#flow = new StandInFlow(sources, this.effects);
  }

  /** @param members the names of the parts of the value that are stand-ins; empty where it is one as a whole */
  use(
    { file, line }: Frame,
    names: readonly string[],
    members: readonly string[],
  ): string | undefined {
    const source = this.sources.file(file);
    return source === undefined
      ? "uses it where it cannot be followed"
      : this.#flow.from(source, line, { names, members });
  }
}

function skippedMessage(
  { text, isConfigured }: Extract<Report, { readonly kind: "skipped" }>,
  judge: Judge,
): string | undefined {
  const effect = text === "" ? "has a text that cannot be read" : judge.effects.ofText(text);
  if (effect === undefined) return undefined;
  return isConfigured === true
    ? `a callback was not called because the value of secret configuration is not used here, and it ${effect}; ${decideOtherwise}`
    : `a callback was not called for want of an answer that a real preview has, and it ${effect}; ${settled}`;
}

function standInMessage(
  { call, configuration, members, isRefused }: Extract<Report, { readonly kind: "stand-in" }>,
  frames: readonly Frame[],
  judgeOf: (frame: Frame | undefined) => Judge,
): string | undefined {
  const caller = frames.find(({ file }) => !isOfProvider(file));
  const names = call.split("|").map((name) => name.slice(name.lastIndexOf(":") + 1));
  const use =
    caller === undefined
      ? "uses it where it cannot be followed"
      : isRefused === true
        ? "goes on without it"
        : judgeOf(caller).use(caller, names, members ?? []);
  if (use === undefined) return undefined;
  if (configuration !== undefined) {
    return `the value of secret configuration \`${configuration}\` is not used here, and the program ${use}; ${decideOtherwise}`;
  }
  return call === "getOrganization"
    ? `only Pulumi's service knows the organization, and the program ${use}; name it by --stack ORGANIZATION/PROJECT/STACK`
    : `\`${names[0] ?? ""}\` has no answer here as it has in a real preview, and the program ${use}; ${settled}`;
}

const settled = "record the answer under `functions` in agentid.yaml";

const decideOtherwise =
  "decide that by configuration that is not secret, or check with --engine pulumi";

function framesOf(stack: string): readonly Frame[] {
  return stack.split("\n").flatMap((line) => {
    const frame = /^\s*at (?:.*\()?((?:file:\/\/)?[^()]+):(\d+):(\d+)\)?$/.exec(line);
    if (frame === null) return [];
    const [, where = "", row = "", column = ""] = frame;
    const file = where.startsWith("file://") ? fileURLToPath(where) : where;
    return isAbsolute(file) ? [{ file, line: Number(row), column: Number(column) }] : [];
  });
}

function isInPackage(file: string): boolean {
  return file.includes(`${sep}node_modules${sep}`);
}

/** Files of the SDKs of providers, by which a program calls their functions. */
function isOfProvider(file: string): boolean {
  return /[\\/]node_modules[\\/]@pulumi(?:verse)?[\\/]/.test(file);
}

/** The folder of the files that a file is judged with: the program's, or that of the project which it is part of. */
function folderOf(file: string, directory: string): string {
  if (file.startsWith(directory + sep)) return directory;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
  }
  return dirname(file);
}
