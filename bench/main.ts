// Prints what the budgets of docs/design.md bound, as ratios, and says "over budget" where one is not kept.
//
//   npm run bench                about ten minutes
//   npm run bench -- quick       smaller stacks
//   npm run bench -- full        also a preview of 3,000 resources
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { lineOf, median, notMeasured, type Measured } from "./lines";
import { ourPack, runPack, startPack, writePack, type PackRun } from "./pack";
import { previewEnvironment, runCheck, runPacked } from "./preview";

const root = resolve(__dirname, "..");
const cli = join(root, "dist/cli/main.js");
const [extent] = process.argv.slice(2);
const quick = extent === "quick";
const receivesAll =
  '[{ name: "r", description: "r", enforcementLevel: "mandatory", validateResource() {}, validateStack() {} }]';

async function main(folder: string): Promise<void> {
  if (!existsSync(cli)) throw new Error("nothing is built; run `npm run build` first");
  const empty = writePack(join(folder, "empty"), "[]");
  const receiving = writePack(join(folder, "receiving"), receivesAll);
  for (const size of quick ? [1_000] : [1_000, 10_000]) await overhead(empty, receiving, size);
  await growth(receiving, quick ? 6_000 : 30_000);
  await starts(empty);
  checks(folder, empty, quick ? [10] : extent === "full" ? [10, 600, 3_000] : [10, 600]);
  print(notMeasured("check against a monitor that answers and forgets", "not part of this run"));
  print(notMeasured("check of manifests against Checkov", "not part of this run"));
}

/** The pack against one without policies, best of three each in turn; and against one that only receives. */
async function overhead(empty: string, receiving: string, size: number): Promise<void> {
  const runs: Record<string, PackRun[]> = { empty: [], receiving: [], ours: [] };
  for (let i = 0; i < 3; i++) {
    runs["empty"]?.push(await runPack(empty, size));
    runs["receiving"]?.push(await runPack(receiving, size));
    runs["ours"]?.push(await runPack(ourPack, size));
  }
  const took = (name: string): number =>
    Math.min(...(runs[name] ?? []).map((run) => run.resources + run.end));
  const worked = (name: string): number =>
    Math.min(...(runs[name] ?? []).map((run) => run.processor));
  const times = ["empty", "receiving", "ours"].map((name) => `${name} ${seconds(took(name))}`);
  const what = `pack over an empty pack, ${count(size)} resources`;
  measured({
    what,
    value: took("ours") / took("empty"),
    most: 1.2,
    unit: "x",
    of: times.join(", "),
  });
  measured({
    what: `${what}, processor time`,
    value: worked("ours") / worked("empty"),
    most: 1.2,
    unit: "x",
    of: `empty ${seconds(worked("empty"))}, ours ${seconds(worked("ours"))}`,
  });
  measured({
    what: `pack over one that only receives, ${count(size)} resources`,
    value: took("ours") / took("receiving"),
    most: 1.2,
    unit: "x",
    of: "what the SDK spends on any policy is in both",
  });
}

/** What a thousand more resources cost late, against early; and the list at the end. */
async function growth(receiving: string, size: number): Promise<void> {
  const smaller = await runPack(ourPack, 1_000);
  const larger = await runPack(ourPack, size);
  const early = median(larger.thousands.slice(1, 4));
  const late = median(larger.thousands.slice(-3));
  measured({
    what: `a thousand more after ${count(size)} resources, against early`,
    value: late / early,
    most: 1.3,
    unit: "x",
    of: `processor time ${seconds(early)}, then ${seconds(late)}`,
  });
  measured({
    what: `the end of ${count(size)} resources against 1,000, for each resource`,
    value: larger.end / size / (smaller.end / 1_000),
    most: 1.3,
    unit: "x",
    of: `${seconds(smaller.end)}, then ${seconds(larger.end)}`,
  });
  const what = `memory, ${count(size)} resources`;
  if (larger.memory === undefined) print(notMeasured(what, "only Linux tells it"));
  else {
    const { memory = Number.NaN } = await runPack(receiving, size);
    const of = `at its peak; a pack that only receives ${Math.round(memory / 2 ** 20)} MiB`;
    measured({ what, value: larger.memory / 2 ** 20, most: 1024, unit: "MiB", of });
  }
  if (larger.said > 0)
    print(`the pack said ${larger.said} things of a stack in which nothing is wrong`);
}

/** Pack and command line; how long a pack without policies takes tells what is the SDK's. */
async function starts(empty: string): Promise<void> {
  const packs: number[] = [];
  const empties: number[] = [];
  const helps: number[] = [];
  for (let i = 0; i < 5; i++) {
    packs.push(await startOf(ourPack));
    empties.push(await startOf(empty));
    const started = performance.now();
    spawnSync(process.execPath, [cli, "--help"], { stdio: "ignore" });
    helps.push(performance.now() - started);
  }
  const [pack, help] = [Math.min(...packs) / 1000, Math.min(...helps) / 1000];
  const of = `best of five; an empty pack ${seconds(Math.min(...empties))}`;
  measured({ what: "pack start", value: pack, most: 1, unit: "s", of });
  measured({ what: "agentid --help", value: help, most: 0.15, unit: "s", of: "best of five" });
}

async function startOf(pack: string): Promise<number> {
  const before = performance.now();
  const { child } = await startPack(pack);
  child.kill();
  return performance.now() - before;
}

function checks(folder: string, empty: string, sizes: readonly number[]): void {
  const environment = previewEnvironment(folder);
  for (const size of sizes) {
    const what = `agentid check against pulumi preview, ${count(size)} resources`;
    if (environment === undefined) {
      print(notMeasured(what, "the tools are not built; run `npm run tools`"));
      continue;
    }
    const { check, preview } = runCheck(folder, size, environment);
    measured({
      what,
      value: check / preview,
      most: size < 3_000 ? 0.25 : 0.1,
      unit: "x",
      of: `${seconds(preview)} and ${seconds(check)}`,
    });
    const packed = runPacked(folder, size, environment, { ours: ourPack, empty });
    measured({
      what: `pulumi preview with the pack, over one with an empty pack, ${count(size)} resources`,
      value: packed.ours / packed.empty,
      most: 1.2,
      unit: "x",
      of: `${seconds(packed.empty)} and ${seconds(packed.ours)}`,
    });
  }
}

function measured(figure: Measured): void {
  print(lineOf(figure));
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function count(size: number): string {
  return size.toLocaleString("en");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const folder = mkdtempSync(join(tmpdir(), "agentid-bench-"));
main(folder)
  .catch((error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => rmSync(folder, { recursive: true, force: true }));
