// Prints what the budgets of docs/design/budgets.md bound, as ratios, and says "over budget" where one is not kept.
//
//   npm run bench                about fifteen minutes on two processors that do nothing else
//   npm run bench -- quick       smaller stacks
//   npm run bench -- full        also a preview of 3,000 resources
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runAudit, type AuditRun } from "./audit";
import { runBare } from "./bare";
import { runBroker, runOverPostgres } from "./broker";
import { runFacts, runRules } from "./fleet";
import { checkManifests, checkovOf, writeManifests } from "./manifests";
import { lineOf, median, notMeasured, told, type Measured } from "./lines";
import { ourPack, runPack, startPack, writePack, type PackRun } from "./pack";
import { runPolicy } from "./policy";
import { withPostgres } from "./postgres";
import { processorOf, processorSoFar } from "./processor";
import {
  makeStack,
  previewEnvironment,
  runCheck,
  runPacked,
  runPreview,
  withoutTypes,
  writeProgram,
} from "./preview";
import { toolPaths } from "./tools";
import { runTrail } from "./trail";

const root = resolve(__dirname, "..");
const cli = join(root, "dist/cli/main.js");
const [extent] = process.argv.slice(2);
const quick = extent === "quick";
const receivesAll =
  '[{ name: "r", description: "r", enforcementLevel: "mandatory", validateResource() {}, validateStack() {} }]';

/** Budgets that several figures are held to: MiB, and a ratio for each resource. */
const mostMemory = 1024;
const mostGrowth = 1.3;

async function main(folder: string): Promise<void> {
  if (!existsSync(cli)) throw new Error("nothing is built; run `npm run build` first");
  const empty = writePack(join(folder, "empty"), "[]");
  const receiving = writePack(join(folder, "receiving"), receivesAll);
  await starts(empty);
  for (const size of quick ? [1_000] : [1_000, 10_000]) await overhead(empty, receiving, size);
  await decisions(folder, [10, 10_000]);
  await exchanges(folder);
  await trails(folder, 500_000);
  await openPlaces(quick ? 600 : 3_000);
  const sizes = quick ? [1_000, 6_000] : [1_000, 10_000, 20_000];
  audits(folder, sizes);
  fleets(folder, quick ? 20 : 100, quick ? [500, 2_000] : [500, 5_000, 20_000]);
  await growth(empty, sizes);
  await checks(folder, empty, quick ? [10] : extent === "full" ? [10, 600, 3_000] : [10, 600]);
  manifests(folder, quick ? 120 : 600);
}

/** The pack against one without policies, best of three each in turn; and against one that only receives. */
async function overhead(empty: string, receiving: string, size: number): Promise<void> {
  const runs: Record<string, PackRun[]> = { empty: [], receiving: [], ours: [] };
  for (let i = 0; i < 3; i++) {
    runs["empty"]?.push(await runPack(empty, size));
    runs["receiving"]?.push(await runPack(receiving, size));
    runs["ours"]?.push(await runPack(ourPack, size));
  }
  const worked = (name: string): number =>
    Math.min(...(runs[name] ?? []).map((run) => run.processor));
  const times = ["empty", "receiving", "ours"].map((name) => `${name} ${seconds(worked(name))}`);
  measured({
    what: `pack over an empty pack, ${count(size)} resources`,
    value: worked("ours") / worked("empty"),
    most: 1.2,
    unit: "x",
    of: `processor time with who asks: ${times.join(", ")}`,
  });
  measured({
    what: `pack over one that only receives, ${count(size)} resources`,
    value: worked("ours") / worked("receiving"),
    most: 1.2,
    unit: "x",
    of: "what the SDK spends on any policy is in both",
  });
}

/** A call decided by Cedar, of an agent with one grant: the number of all grants must not matter. */
async function decisions(folder: string, sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    const { cedar, opa } = await runPolicy(folder, size);
    const what = `a call decided by Cedar, ${count(size)} grants`;
    const of = `median; ${cedar.processor.toFixed(2)} ms of processor time`;
    measured({ what, value: cedar.wait, most: 0.3, unit: "ms", of });
    const beside = `the same by OPA over HTTP, ${count(size)} grants`;
    if (opa === undefined) print(notMeasured(beside, "it is not built; run `npm run tools`"));
    else {
      const figures = `${opa.wait.toFixed(2)} ms; ${opa.processor.toFixed(2)} ms of processor time, its client's not in it`;
      print(told(beside, figures));
    }
  }
}

/** A broker over SQLite, with 1,000 grants: what callers wait for, beside what signatures alone cost. */
async function exchanges(folder: string): Promise<void> {
  const run = await runBroker(cli, folder, 1_000);
  const { start, p50, p99, most, ending, memory, signatures, processor, session } = run;
  const durable = "each on disk before its answer";
  measured({
    what: "start of a broker",
    value: start / 1000,
    most: 0.5,
    unit: "s",
    of: "until it listens",
  });
  measured({
    what: "an exchange, 100 a second, 99 in 100",
    value: p99,
    most: 10,
    unit: "ms",
    of: durable,
  });
  measured({
    what: "1,000 tasks ended",
    value: ending,
    most: 2,
    unit: "s",
    of: "one request for each, by 32 callers",
  });
  await overPostgres(folder);
  measured({ what: "a broker under load", value: memory, most: 200, unit: "MiB", of: "resident" });
  const each = 1000 / most;
  const of = `${Math.round(most)} a second by 32 callers, who share the processors`;
  measured({ what: "an exchange, as many as it can", value: each, most: 1, unit: "ms", of });
  print(told("an exchange, 100 a second, median", `${p50.toFixed(2)} ms`));
  measured({
    what: "a broker beside the call to AWS that makes a session, 99 in 100",
    value: session.brokered - session.direct,
    most: 5,
    unit: "ms",
    of: `at 100 a second: ${session.brokered.toFixed(2)} ms, and ${session.direct.toFixed(2)} ms without it`,
  });
  const { ours, theirs } = processor;
  measured({
    what: "an exchange, processor time",
    value: ours,
    most: 2,
    unit: "ms",
    of: `1,000 a second on two processors; its three signatures alone ${signatures.toFixed(2)} ms`,
  });
  const beside = `${(ours / theirs).toFixed(2)} x of ${theirs.toFixed(2)} ms`;
  print(told("an exchange beside oidc-provider, which stores and decides nothing", beside));
}

/** The same over PostgreSQL, where that is built. */
async function overPostgres(folder: string): Promise<void> {
  const what = "an exchange over PostgreSQL, 100 a second, 99 in 100";
  const built = toolPaths("postgres");
  if (built === undefined) {
    print(notMeasured(what, "it is not built; run `npm run tools`"));
    return;
  }
  const value = await withPostgres(built.postgres, (url) => runOverPostgres(cli, folder, url));
  measured({ what, value, most: 15, unit: "ms", of: "each on disk before its answer" });
}

/** A page of the trail by each lookup. SQLite answers within the broker's own process, which does nothing else meanwhile. */
async function trails(folder: string, size: number): Promise<void> {
  const { pages, write } = await runTrail(folder, size);
  const each = Object.entries(pages).map(([name, took]) => `${name} ${took.toFixed(2)} ms`);
  measured({
    what: `a page of the trail, of ${count(size)} lines`,
    ...{ value: Math.max(...Object.values(pages)), most: 20, unit: "ms" },
    of: `the slowest; ${each.join(", ")}; a line is written in ${write.toFixed(3)} ms`,
  });
}

/** What it costs that a preview does not know all of a stack, best of three. */
async function openPlaces(size: number): Promise<void> {
  const figures: string[] = [];
  const best: number[] = [];
  for (const open of ["nothing", "outputs", "outputs and a name"] as const) {
    const runs: number[] = [];
    for (let i = 0; i < 3; i++) runs.push((await runPack(ourPack, size, open)).processor);
    best.push(Math.min(...runs));
    figures.push(`${open} ${seconds(Math.min(...runs))}`);
  }
  const [nothing = NaN, , name = NaN] = best;
  measured({
    what: `pack, ${count(size)} resources, one unknown name over nothing unknown`,
    value: name / nothing,
    most: 1.2,
    unit: "x",
    of: `processor time with hypotheses, by what is not known: ${figures.join(", ")}`,
  });
}

/** Processor time for each resource and memory, from the smallest stack to the largest; beside a pack without policies. */
async function growth(empty: string, sizes: readonly number[]): Promise<void> {
  const runs: PackRun[] = [];
  for (const size of sizes) {
    const ours = await runPack(ourPack, size);
    const none = await runPack(empty, size);
    runs.push(ours);
    const each = [ours, none].map((run) => `${perResource(run.processor, size)} ms`);
    const what = `pack, ${count(size)} resources`;
    print(told(`${what}, processor time for each`, `${each[0]}; an empty pack ${each[1]}`));
    if (ours.memory === undefined || none.memory === undefined || ours.early === undefined) {
      print(notMeasured(`memory, ${what}`, "only Linux tells it"));
      continue;
    }
    measured({
      what: `memory, ${what}`,
      value: mebibytes(ours.memory),
      most: mostMemory,
      unit: "MiB",
      of: `at its peak, ${mebibytes(ours.early)} before the list at the end; an empty pack ${mebibytes(none.memory)}`,
    });
    measured({
      what: `memory, ${what}, beyond an empty pack`,
      value: mebibytes(ours.memory - none.memory),
      most: mostMemory,
      unit: "MiB",
      of: "what the SDK holds of any stack is in both",
    });
    if (ours.said > 0)
      print(`the pack said ${ours.said} things of a stack in which nothing is wrong`);
  }
  grown("pack", sizes, runs);
  const [largest] = runs.slice(-1);
  if (largest === undefined || largest.thousands.length < 6) return;
  const early = median(largest.thousands.slice(1, 4));
  const late = median(largest.thousands.slice(-3));
  measured({
    what: `a thousand more after ${count(sizes.at(-1) ?? 0)} resources, against early`,
    value: late / early,
    most: mostGrowth,
    unit: "x",
    of: `processor time ${seconds(early)}, then ${seconds(late)}`,
  });
}

/** The same of `agentid audit`, in whose process there is nothing of Pulumi's. */
function audits(folder: string, sizes: readonly number[]): void {
  const runs: AuditRun[] = [];
  for (const size of sizes) {
    const run = runAudit(folder, size);
    runs.push(run);
    measured({
      what: `memory, audit of ${count(size)} resources`,
      value: mebibytes(run.memory),
      most: mostMemory,
      unit: "MiB",
      of: `at its peak; processor time for each ${perResource(run.processor, size)} ms`,
    });
  }
  grown("audit", sizes, runs);
}

/** Facts of exports against `JSON.parse`, and the rules over all stacks. */
function fleets(folder: string, exports: number, sizes: readonly number[]): void {
  const { parse, facts, again } = runFacts(folder, exports);
  measured({
    what: `facts of ${exports} exports, over JSON.parse of them`,
    ...{ value: facts / parse, most: 3, unit: "x" },
    of: `${(facts / exports).toFixed(0)} ms of processor time for each stack`,
  });
  measured({
    what: "facts again, one export of which has changed",
    ...{ value: again / facts, most: 0.05 + 1 / exports, unit: "x" },
    of: `${again.toFixed(0)} and ${facts.toFixed(0)} ms`,
  });
  const runs = [];
  for (const stacks of sizes) {
    const run = runRules(stacks);
    runs.push(run);
    const what = `rules over ${count(stacks)} stacks`;
    const of = `${run.rows} rows found`;
    measured({ what, value: run.seconds, most: stacks / 1_000, unit: "s", of });
    const most = stacks <= 5_000 ? 512 : 1024;
    measured({ what: `memory, ${what}`, value: mebibytes(run.memory), most, unit: "MiB", of });
  }
  const each = runs.map(({ seconds }, at) => seconds / (sizes[at] ?? 1));
  measured({
    what: "rules, each stack of the most against the fewest",
    ...{ value: (each.at(-1) ?? 0) / (each[0] ?? 1), most: 1, unit: "x" },
    of: runs.map(({ seconds }) => `${seconds.toFixed(2)} s`).join(", "),
  });
}

/** What each resource costs in the largest stack, against the smallest. */
function grown(
  what: string,
  sizes: readonly number[],
  runs: readonly { readonly processor: number }[],
): void {
  const each = runs.map((run, i) => run.processor / (sizes[i] ?? Number.NaN));
  const [first = Number.NaN] = each;
  const last = each.at(-1) ?? Number.NaN;
  measured({
    what: `${what}, growth from ${count(sizes[0] ?? 0)} to ${count(sizes.at(-1) ?? 0)}, for each resource`,
    value: last / first,
    most: mostGrowth,
    unit: "x",
    of: `processor time ${each.map((one) => `${one.toFixed(2)} ms`).join(", ")}`,
  });
}

/** Pack and command line, in processor time; a pack without policies shows the share of the SDK, and Node alone the share of Node. */
async function starts(empty: string): Promise<void> {
  const packs: number[] = [];
  const empties: number[] = [];
  const helps: number[] = [];
  const nothings: number[] = [];
  for (let i = 0; i < 5; i++) {
    packs.push(await startOf(ourPack));
    empties.push(await startOf(empty));
    helps.push(nodeTakes([cli, "--help"]));
    nothings.push(nodeTakes(["--eval", "0"]));
  }
  const [pack, none, help] = [Math.min(...packs), Math.min(...empties), Math.min(...helps) / 1000];
  const of = `processor time, best of five each: ${seconds(pack)}, an empty pack ${seconds(none)}`;
  measured({ what: "pack start over an empty pack", value: pack / none, most: 1.2, unit: "x", of });
  const alone = `best of five; Node alone ${seconds(Math.min(...nothings))}`;
  measured({ what: "agentid --help", value: help, most: 0.15, unit: "s", of: alone });
}

function nodeTakes(args: readonly string[]): number {
  const before = processorSoFar();
  spawnSync(process.execPath, args, { stdio: "ignore" });
  return processorSoFar() - before;
}

async function startOf(pack: string): Promise<number> {
  const { child } = await startPack(pack);
  const took = processorOf(child.pid ?? 0);
  child.kill();
  return took;
}

/** A check beside the least possible, beside a preview, and a preview with each pack. */
async function checks(folder: string, empty: string, sizes: readonly number[]): Promise<void> {
  const environment = previewEnvironment(folder);
  for (const size of sizes) {
    const program = writeProgram(folder, size);
    const bare = Math.min(await runBare(program), await runBare(program));
    const check = Math.min(runCheck(program), runCheck(program));
    measured({
      what: `agentid check against a monitor that forgets, ${count(size)} resources`,
      value: check / bare,
      most: 1.5,
      unit: "x",
      of: `best of two: ${seconds(bare)} and ${seconds(check)} of processor time`,
    });
    const what = `agentid check against pulumi preview, ${count(size)} resources`;
    if (environment === undefined) {
      print(notMeasured(what, "the tools are not built; run `npm run tools`"));
      continue;
    }
    makeStack(program, environment);
    const preview = runPreview(program, environment);
    const untyped = runPreview(program, withoutTypes(environment));
    measured({
      what,
      value: check / preview,
      most: size < 3_000 ? 0.25 : 0.1,
      unit: "x",
      of: `${seconds(preview)} and ${seconds(check)} of processor time; ${(check / untyped).toFixed(2)} x of one told to leave types unchecked, ${seconds(untyped)}, of which the program alone is ${(bare / untyped).toFixed(2)}`,
    });
    const packed = runPacked(program, withoutTypes(environment), { ours: ourPack, empty });
    measured({
      what: `pulumi preview with the pack, over one with an empty pack, ${count(size)} resources`,
      value: packed.ours / packed.empty,
      most: 1.2,
      unit: "x",
      of: `${seconds(packed.empty)} and ${seconds(packed.ours)}`,
    });
  }
}

/** A check of Kubernetes manifests beside Checkov's, which is no part of this repository. */
function manifests(folder: string, size: number): void {
  const { manifests, count: written } = writeManifests(folder, size);
  const what = `agentid check against Checkov, ${count(written)} manifests`;
  const first = checkovOf(manifests);
  if (first === undefined) {
    print(notMeasured(what, "`checkov` is not on the PATH; `pip install checkov`"));
    return;
  }
  const check = Math.min(checkManifests(manifests), checkManifests(manifests));
  const checkov = Math.min(first, checkovOf(manifests) ?? first);
  measured({
    what,
    value: check / checkov,
    most: 0.1,
    unit: "x",
    of: `best of two, in turn: ${seconds(checkov)} and ${seconds(check)} of processor time`,
  });
}

function measured(figure: Measured): void {
  print(lineOf(figure));
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function perResource(milliseconds: number, size: number): string {
  return (milliseconds / size).toFixed(2);
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
