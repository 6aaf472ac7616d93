import { faultsOf } from "../policy-pack/findings/grouped-finding";
import type { Report } from "../policy-pack/views/report";
import { nearest } from "../core/nearest";
import { visible } from "../core/visible";
import { loadPage } from "./draw";
import { CouldNotRun } from "./failure";
import type { TextFile, WantedFile } from "./files";
import { reporters } from "./report";
import { plain } from "./report/escape";
import { formats, type Format } from "./report/formats";
import type { ReportOptions } from "./report/reporter";
import { verdictLine } from "./report/words";
import { rulePages } from "./rule-pages";
import { pathFrom, withSourcesFrom } from "./source-paths";

/** A requested report: to a file, or to standard output. */
export interface Output {
  readonly format: Format;
  readonly file?: string;
}

/** Reads the values of `--report`: `FORMAT` or `FORMAT=FILE`. Without any, text to standard output. */
export function parseOutputs(values: readonly string[]): readonly Output[] {
  const outputs = values.map(parseOutput);
  const toStandardOutput = outputs.filter((output) => output.file === undefined);
  if (toStandardOutput.length > 1) {
    const [, second] = toStandardOutput;
    throw new CouldNotRun(
      "two reports cannot share standard output; " +
        `give one of them a file: \`--report ${second?.format ?? ""}=FILE\``,
    );
  }
  return outputs.length === 0 ? [{ format: "text" }] : outputs;
}

/** The files that are to be written. */
export function filesOf(outputs: readonly Output[]): readonly WantedFile[] {
  return outputs.flatMap(({ file }) => (file === undefined ? [] : [{ file, what: "the report" }]));
}

/** Requested reports, with what they contain besides the findings. */
export interface LoadedOutputs {
  readonly outputs: readonly Output[];
  readonly parts: Pick<ReportOptions, "page" | "pageOf">;
}

/**
 * Loads what the reports contain besides the findings: the parts of the page, and the pages of rules.
 *
 * To be called before a program runs, since a program may change the files of this package.
 */
export async function loadOutputs(outputs: readonly Output[]): Promise<LoadedOutputs> {
  const has = (wanted: Format): boolean => outputs.some(({ format }) => format === wanted);
  return {
    outputs,
    parts: {
      ...(has("html") && { page: await loadPage() }),
      ...(has("sarif") && { pageOf: rulePages() }),
    },
  };
}

/** What goes to files, and what to standard output. */
export interface Rendered {
  readonly files: readonly TextFile[];
  readonly standard: string;
  /** The verdicts, for standard error where standard output is for a program; else empty. */
  readonly aside: string;
}

/**
 * Reports in the requested formats.
 *
 * A person reads text where the command runs, so its paths are relative to the current folder. Readers of the other formats
 * have only the repository.
 *
 * @param root the folder of paths in formats other than text
 */
export function renderOutputs(
  { outputs, parts }: LoadedOutputs,
  reports: readonly Report[],
  given: ReportOptions,
  root: string,
): Rendered {
  const options = { ...given, ...parts };
  const here = process.cwd();
  const { projectFile } = options;
  let moved: readonly Report[] | undefined;
  const textOf = (format: Format, more: Partial<ReportOptions>): string => {
    if (format === "text") return reporters.text(reports, { ...options, ...more });
    moved ??= reports.map((report) => withSourcesFrom(report, here, root));
    return reporters[format](moved, {
      ...options,
      ...more,
      ...(projectFile !== undefined && { projectFile: pathFrom(projectFile, here, root) }),
    });
  };
  const files = outputs.flatMap(({ format, file }): readonly TextFile[] =>
    file === undefined
      ? []
      : [
          {
            file,
            what: "the report",
            text: textOf(format, { colour: false, width: undefined }),
          },
        ],
  );
  const shown = outputs.flatMap(({ format, file }) => (file === undefined ? [format] : []));
  const verdicts = shown.some((format) => format === "text" || format === "github")
    ? ""
    : reports
        .map((report) => `${plain(verdictLine(report, faultsOf(report.judgement.findings)))}\n`)
        .join("");
  return shown.length === 0
    ? { files, standard: verdicts, aside: "" }
    : { files, standard: shown.map((format) => textOf(format, {})).join(""), aside: verdicts };
}

function parseOutput(value: string): Output {
  const equals = value.indexOf("=");
  const word = equals === -1 ? value : value.slice(0, equals);
  const file = equals === -1 ? undefined : value.slice(equals + 1);
  const format = formats.find((known) => known === word);
  if (format === undefined) {
    const meant = nearest(word, formats);
    const hint =
      meant === undefined ? `choose \`${formats.join("`, `")}\`` : `did you mean \`${meant}\`?`;
    throw new CouldNotRun(`no report is called \`${visible(word)}\`; ${hint}`);
  }
  if (file === "")
    throw new CouldNotRun(
      `\`--report ${visible(value)}\` names no file; leave out the \`=\` for standard output`,
    );
  return { format, ...(file !== undefined && { file }) };
}
