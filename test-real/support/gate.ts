import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Files } from "./files";
import type { Project, RunOptions, RunResult } from "./project";

/** A run that waits half way. */
export interface HalfWay {
  /** The process id of the engine. */
  readonly pid: number;
  /** Lets it go on, and waits for its end. */
  readonly goOn: () => Promise<RunResult>;
}

/**
 * A program that waits half way: what comes later is declared only after its release.
 *
 * @param before code that declares `last`, the last resource before the gate
 */
export function gatedProgram(before: string, after: string): Files {
  return {
    "index.ts": `${before}
import { existsSync, writeFileSync } from "node:fs";
last.urn.apply(async () => {
  writeFileSync("half-way", "");
  while (!existsSync("go-on")) await new Promise((wake) => setTimeout(wake, 20));
  ${after}
});
`,
  };
}

/** Starts a preview or update of a gated program, and waits until it is half way. */
export async function halfWay(
  project: Project,
  run: "preview" | "up",
  options: RunOptions,
): Promise<HalfWay> {
  let pid = 0;
  let early: RunResult | undefined;
  const ended = project[run]({ ...options, onStart: (started) => (pid = started) });
  void ended.then((result) => (early = result));
  while (!existsSync(join(project.directory, "half-way"))) {
    if (early !== undefined) throw new Error(`it ended before: ${early.stdout}${early.stderr}`);
    await setTimeout(20);
  }
  return {
    pid,
    goOn: () => {
      writeFileSync(join(project.directory, "go-on"), "");
      return ended;
    },
  };
}
