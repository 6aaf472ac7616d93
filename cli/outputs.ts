import type { Report } from "../core/report";
import { nearest } from "../core/nearest";
import { visible } from "../core/visible";
import { CouldNotRun } from "./failure";
import type { TextFile, WantedFile } from "./files";
import { reporters } from "./report";
import { formats, type Format } from "./report/formats";
import type { ReportOptions } from "./report/reporter";

/** A report that was asked for: to a file, or to standard output. */
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

/** What goes to files, and what to standard output. */
export interface Rendered {
  readonly files: readonly TextFile[];
  readonly standard: string;
}

/** Reports in the formats that were asked for. */
export function renderOutputs(
  outputs: readonly Output[],
  reports: readonly Report[],
  options: ReportOptions,
): Rendered {
  const files: TextFile[] = [];
  let standard = "";
  for (const { format, file } of outputs) {
    if (file === undefined) standard += reporters[format](reports, options);
    else {
      const text = reporters[format](reports, { ...options, colour: false });
      files.push({ file, what: "the report", text });
    }
  }
  return { files, standard };
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
