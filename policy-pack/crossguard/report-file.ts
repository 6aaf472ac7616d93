import { statSync } from "node:fs";
import { reportOf, type Judgement, type ReportSubject } from "../views/report";
import { mayBeReplaced } from "../files/own-file";
import { reasonOf } from "../files/system-reason";
import { createFile, removeFile, replaceFile } from "../files/whole-file";

/** A report that cannot be written. The message is a whole sentence for the user. */
export class ReportProblem extends Error {
  override readonly name = "ReportProblem";
}

/** The content of a report. */
export interface Reported extends Omit<ReportSubject, "version"> {
  readonly judgement: Judgement;
}

/** Writes judgements of one run to the file that the environment variable `AGENTID_REPORT` names. */
export class ReportFile {
  readonly #file: string;
  readonly #version: string;
  /** Identifies the file that this run wrote last; undefined where it has written none. */
  #written: string | undefined;
  #untold: ReportProblem | undefined;
  #isOfEarlierRun = false;

  /**
   * Removes what an earlier run left, so that a run that breaks off leaves no old answer behind, however early that is.
   *
   * @param file absolute, or relative to the pack's working directory
   */
  constructor(file: string, version: string) {
    this.#file = file;
    this.#version = version;
    this.#remove();
  }

  /** Has the next run of this process write a report of its own. */
  startAnew(): void {
    this.#isOfEarlierRun = true;
  }

  /** Removes what an earlier run of this process wrote. Throws, once, where what an earlier run left is still there. */
  begun(): void {
    this.#removeOwn();
    const problem = this.#untold;
    this.#untold = undefined;
    if (problem !== undefined) throw problem;
  }

  #removeOwn(): void {
    if (!this.#isOfEarlierRun) return;
    this.#isOfEarlierRun = false;
    const isOwn = this.#written !== undefined && this.#written === identityOf(this.#file);
    this.#written = undefined;
    if (isOwn) this.#remove();
  }

  #remove(): void {
    try {
      if (mayBeReplaced(this.#file)) removeFile(this.#file);
      else this.#untold = this.#problem("agentid did not write what is there; name another file");
    } catch (error) {
      this.#untold = this.#problem(reasonOf(error));
    }
  }

  /** Replaces the file in one step: a reader sees all of the old report or all of the new. */
  write({ judgement, ...subject }: Reported): void {
    this.#removeOwn();
    const report = reportOf({ ...subject, version: this.#version }, judgement);
    const text = `${JSON.stringify(report, null, 2)}\n`;
    try {
      if (this.#written === undefined) createFile(this.#file, text);
      else if (this.#written === identityOf(this.#file)) replaceFile(this.#file, text);
      else throw Object.assign(new Error("written by another run"), { code: "EEXIST" });
      this.#written = identityOf(this.#file);
    } catch (error) {
      throw this.#problem(sentenceOf(error));
    }
  }

  #problem(reason: string): ReportProblem {
    return new ReportProblem(
      `AGENTID_REPORT names \`${this.#file}\`, which cannot be written: ${reason}`,
    );
  }
}

function sentenceOf(error: unknown): string {
  switch ((error as { readonly code?: unknown } | undefined)?.code) {
    case "ENOENT":
      return "its folder does not exist; give the path of a file in a folder that does";
    case "EEXIST":
      return "another run writes it too; give each run a file of its own";
    default:
      return reasonOf(error);
  }
}

/** A file that was replaced is another one, though its name is the same; a device is always the same. */
function identityOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return "none";
  return found.isFile() ? [found.dev, found.ino, found.mtimeNs].join(" ") : "stream";
}
