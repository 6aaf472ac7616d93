import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportOf } from "./audit";
import { processorSoFar } from "./processor";

/** What reading exports took: milliseconds of processor time. */
export interface FactsRun {
  readonly parse: number;
  readonly facts: number;
  /** A second run, in which one of the exports has changed. */
  readonly again: number;
}

const cli = join(__dirname, "..", "dist", "cli", "main.js");

/** Reads the exports of so many stacks of 200 resources into facts, twice. */
export function runFacts(folder: string, stacks: number): FactsRun {
  const exports = join(folder, "exports");
  mkdirSync(exports, { recursive: true });
  const files = Array.from({ length: stacks }, (_, at) => join(exports, `${at}.json`));
  files.forEach((file, at) => writeFileSync(file, exportOf(200, `shop-${at}`)));
  const texts = files.map((file) => readFileSync(file, "utf8"));
  const start = processorSoFar();
  for (const text of texts) JSON.parse(text);
  const parse = processorSoFar() - start;
  const facts = factsOf(exports, join(folder, "facts"));
  writeFileSync(files[0] ?? "", exportOf(194, "shop-0"));
  return { parse, facts, again: factsOf(exports, join(folder, "facts")) };
}

function factsOf(exports: string, out: string): number {
  const start = processorSoFar();
  const { status, stderr } = spawnSync(process.execPath, [cli, "facts", exports, "--out", out]);
  if (status !== 0) throw new Error(`agentid facts failed: ${String(stderr)}`);
  return processorSoFar() - start;
}

/** What all rules took over the facts of so many stacks: seconds, and peak memory in bytes. */
export interface RulesRun {
  readonly seconds: number;
  readonly memory: number;
  readonly rows: number;
}

/** Runs the rules over made-up facts of so many stacks, in a process of its own: `fleet-rules.ts`. */
export function runRules(stacks: number): RulesRun {
  const script = join(__dirname, "fleet-rules.ts");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", "tsx/cjs", script, `${stacks}`],
    { encoding: "utf8", cwd: join(__dirname, "..") },
  );
  if (status !== 0) throw new Error(`the rules over ${stacks} stacks failed: ${stderr}`);
  return JSON.parse(stdout) as RulesRun;
}
