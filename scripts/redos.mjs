// Finds regular expressions of our own code that some text keeps busy for long: by recheck, offline and without Java.
//
//   node scripts/redos.mjs [FOLDER...]
//
// The safe expressions are committed in safe-expressions.json, so that only new ones take time. Without folders, the script writes
// that list anew and fails if it has changed. A slow expression is a problem if recheck proves it. If recheck only guesses, as it does
// for bounded repetition, the script measures the time on the text that recheck gives.
import { readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { expressionsIn, filesIn, folders } from "./expressions.mjs";

const listFile = new URL("safe-expressions.json", import.meta.url);
const { version } = createRequire(import.meta.url)("recheck/package.json");

/** Longest that one expression is looked at; what takes longer has to be written more simply. */
const longest = 600_000;

/** Longest text that expressions are tried on, as long as the longest that rules look at. */
const longestText = 262_144;

/** Shortest meaningful time, in milliseconds of this process. */
const shortest = 50;

if (!isMainThread) {
  process.env.RECHECK_SYNC_BACKEND = "pure";
  const { checkSync } = await import("recheck");
  parentPort.on("message", ({ source, flags }) => {
    parentPort.postMessage(checkSync(source, flags, { timeout: longest }));
  });
} else if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main();
}

async function main() {
  const given = process.argv.slice(2);
  const { expressions, late } = expressionsIn(filesIn(given.length > 0 ? given : folders));
  const list = given.length > 0 ? [] : readList();
  const { slow, safe } = await judge(expressions, new Set(list));
  for (const { file, line, source, flags, problem } of slow) {
    console.log(`redos: ${file}:${line}: /${source}/${flags} ${problem}`);
  }
  for (const { file, line } of late) {
    console.log(
      `redos: ${file}:${line}: makes an expression after loading, which nothing has checked; make it while the module loads, or match by core/pattern`,
    );
  }
  const isCurrent = given.length > 0 || writeList(list, safe);
  if (!isCurrent) console.log("redos: written: scripts/safe-expressions.json; commit it");
  const fresh = safe.filter((text) => !list.includes(text)).length;
  console.log(`redos: ${expressions.length} expressions, of which ${fresh} were new`);
  return slow.length + late.length > 0 || !isCurrent ? 1 : 0;
}

/**
 * The slow expressions, each with its problem, and the texts of the safe ones in order.
 *
 * @param known texts of safe expressions, which recheck does not see again
 */
async function judge(expressions, known) {
  const byText = grouped(expressions);
  const queue = [...byText.keys()].filter((text) => !known.has(text));
  const verdicts = new Map();
  await Promise.all(
    Array.from({ length: Math.min(queue.length, availableParallelism()) }, async () => {
      const worker = new Worker(fileURLToPath(import.meta.url));
      for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
        verdicts.set(text, await answerOf(worker, byText.get(text)[0]));
      }
      await worker.terminate();
    }),
  );
  // What is tried is measured in time of this process, which then does nothing else.
  const slow = [];
  for (const [text, verdict] of verdicts) {
    const problem = problemIn(verdict);
    if (problem === undefined) continue;
    slow.push(...byText.get(text).map((each) => ({ ...each, problem })));
    byText.delete(text);
  }
  return { slow, safe: [...byText.keys()].sort() };
}

async function answerOf(worker, { source, flags }) {
  const answer = once(worker, "message");
  worker.postMessage({ source, flags });
  const [verdict] = await answer;
  return verdict;
}

/** What is wrong with an expression; undefined where nothing is. */
function problemIn({ source, flags, status, checker, complexity, error, attack }) {
  if (status === "safe") return undefined;
  if (status === "unknown") return `cannot be checked: ${error.kind}; write it more simply`;
  const problem = `takes ${complexity.summary} time, such as for ${attack.pattern}`;
  if (checker === "automaton") return problem;
  return growsFaster(new RegExp(source, flags), attack) ? problem : undefined;
}

/** Whether an expression takes longer than in proportion to the text: each text is four times the one before. */
function growsFaster(expression, { pumps, suffix }) {
  // What doubles with each repetition must not be tried on a long text.
  for (let times = 8; times <= 64; times += 2) {
    if (timeOf(expression, pumped(pumps, suffix, times)) > shortest) return true;
  }
  let before;
  for (let length = longestText / 64; length <= longestText; length *= 4) {
    const took = timeOf(expression, pumped(pumps, suffix, length / lengthOf(pumps)));
    if (took > 1_000 || (before !== undefined && took > shortest && took / before > 8)) return true;
    before = Math.max(took, shortest / 8);
  }
  return false;
}

function lengthOf(pumps) {
  return Math.max(
    1,
    pumps.reduce((sum, { pump }) => sum + pump.length, 0),
  );
}

/** The text by which the expression is attacked, with its parts repeated so many times. */
function pumped(pumps, suffix, times) {
  return pumps.map(({ prefix, pump }) => prefix + pump.repeat(Math.ceil(times))).join("") + suffix;
}

function timeOf(expression, text) {
  const start = process.cpuUsage();
  expression.lastIndex = 0;
  expression.test(text);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

/** Texts of expressions that this version of recheck has found safe. */
function readList() {
  const { recheck, safe } = JSON.parse(readFileSync(listFile, "utf8"));
  return recheck === version ? safe : [];
}

/** Writes the list if it has changed; whether it was current. */
function writeList(before, safe) {
  if (JSON.stringify(before) === JSON.stringify(safe)) return true;
  writeFileSync(listFile, `${JSON.stringify({ recheck: version, safe }, undefined, 2)}\n`);
  return false;
}

function grouped(expressions) {
  const groups = new Map();
  for (const each of expressions)
    groups.set(textOf(each), [...(groups.get(textOf(each)) ?? []), each]);
  return groups;
}

function textOf({ source, flags }) {
  return `/${source}/${flags}`;
}
