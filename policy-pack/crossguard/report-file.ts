import { renameSync, rmSync, writeFileSync } from "node:fs";
import { reportOf, type Judgement } from "../../core/report";

/** A report that cannot be written. The message is a whole sentence for the user. */
export class ReportProblem extends Error {
  override readonly name = "ReportProblem";
}

/** Writes a judgement to the file that the environment variable `AGENTID_REPORT` names. */
export class ReportFile {
  readonly #file: string;
  readonly #version: string;

  /** @param file absolute, or relative to the pack's working directory */
  constructor(file: string, version: string) {
    this.#file = file;
    this.#version = version;
  }

  /** Removes what an earlier run left, so that a run that breaks off leaves no old answer behind. */
  begin(): void {
    this.#attempt(() => rmSync(this.#file, { force: true }));
  }

  /** Replaces the file in one step: a reader sees all of the old report or all of the new. */
  write(project: string, stack: string, judgement: Judgement): void {
    const report = reportOf({ project, stack, version: this.#version }, judgement);
    const partial = `${this.#file}.${process.pid}.partial`;
    this.#attempt(() => {
      writeFileSync(partial, `${JSON.stringify(report, null, 2)}\n`);
      renameSync(partial, this.#file);
    });
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch {
      throw new ReportProblem(
        `AGENTID_REPORT names \`${this.#file}\`, which cannot be written; give the path of a file in a folder that exists`,
      );
    }
  }
}
