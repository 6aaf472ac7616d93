import type { Report } from "../core/report";
import { removeOld, writeText } from "./files";
import { CouldNotRun } from "./failure";
import { nearest } from "../core/nearest";
import { formats, reporters, type Format } from "./report";
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

/** Removes the files that are to be written, so that a run that breaks off leaves no old answer behind. */
export function clearOutputs(outputs: readonly Output[]): void {
  for (const { file } of outputs) if (file !== undefined) removeOld(file, "the report");
}

/** Writes reports to files, and answers what goes to standard output. */
export function writeOutputs(
  outputs: readonly Output[],
  reports: readonly Report[],
  options: ReportOptions,
): string {
  let standard = "";
  for (const { format, file } of outputs) {
    if (file === undefined) standard += reporters[format](reports, options);
    else writeText(file, "the report", reporters[format](reports, { ...options, colour: false }));
  }
  return standard;
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
    throw new CouldNotRun(`no report is called \`${word}\`; ${hint}`);
  }
  if (file === "")
    throw new CouldNotRun(
      `\`--report ${value}\` names no file; leave out the \`=\` for standard output`,
    );
  return { format, ...(file !== undefined && { file }) };
}
