// The one command for people and CI: every check runs, even after one has failed, and each prints its duration.
//
// node scripts/check.mjs [STAGE...]   runs the named stages, or all
//
// Stages that do not wait for others run side by side, as many as there are processors; the output of each comes in one piece.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative, resolve } from "node:path";
import ts from "typescript";
import { tsc } from "./tsc.mjs";

const folders = [
  ...["core", "yaml", "policy-pack", "components", "provider", "engine", "cli", "testing"],
  ...["agent", "tool"],
  ...["bench", "scripts", "test", "test-real"],
];

/** Where Node writes what ran, and c8 reads it: CI runs the tests by `npm test`, and has their coverage judged after. */
const traces = resolve("coverage/tmp");

/** The rooms of which a test runs every line. */
const tested = /^(core|policy-pack\/(facts|domain|views))\//;

/** Stages by name; lint first, as it takes longest. */
const independent = {
  lint: ["oxlint", "--type-aware", "--type-check"],
  format: ["oxfmt", "--check", "."],
  architecture: ["depcruise", "--config", ".dependency-cruiser.cjs", ...folders],
  unused: ["knip"],
  redos: ["tsx", "scripts/redos.mjs"],
  generated: ["tsx", "scripts/generate.ts", "--check"],
  structure: ["node", "scripts/structure.mjs"],
};

/** Stages that run only where they are named: lint reports all that the compiler does. */
const asked = { types: [tsc, "-p", "."] };

/** Stages that have the machine for themselves, in this order. */
const alone = {
  tests: ["mocha", "--parallel", "test/**/*.test.ts"],
  coverage: ["c8", "report"],
};

const names = [independent, asked, alone].flatMap((stages) => Object.keys(stages));
const wanted = process.argv.slice(2);
const strange = wanted.find((name) => !names.includes(name));
if (strange !== undefined) {
  console.log(`check: no stage \`${strange}\`; there are ${names.join(", ")}`);
  process.exit(2);
}
const failed = [];
const isWanted = ([name]) => wanted.length === 0 || wanted.includes(name);

// Types, lint and tests look at programs that import the package as users have it; a checkout that was never built has none.
const usesBuilt = ["lint", "types", "tests", "structure"];
const isBuilt = existsSync("dist/components/index.js") && existsSync("policy-pack/dist/pack.js");
if (!isBuilt && usesBuilt.some((name) => isWanted([name]))) {
  await run("build", process.execPath, ["scripts/build.mjs"]);
}

const queue = [
  ...Object.entries(independent).filter(isWanted),
  ...Object.entries(asked).filter(([name]) => wanted.includes(name)),
];
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await stage(...next);
  }),
);
for (const [name, command] of Object.entries(alone).filter(isWanted)) {
  if (name === "tests") rmSync("coverage", { recursive: true, force: true });
  await stage(name, command, name === "tests");
  if (name === "coverage") reportCore();
}
if (failed.length > 0) {
  console.log(`check: failed: ${failed.join(", ")}`);
  process.exit(1);
}

/** Runs one stage. The tests are traced and print as they run; of the others what they printed comes when they end. */
async function stage(name, [command, ...args], isTest = false) {
  if (command === "node") await run(name, process.execPath, args);
  else await run(name, "npx", ["--no-install", command, ...args], isTest);
}

async function run(name, command, args, isTest = false) {
  const started = Date.now();
  const output = isTest ? "inherit" : "pipe";
  const child = spawn(command, args, {
    stdio: ["ignore", output, output],
    env: isTest ? { ...process.env, NODE_V8_COVERAGE: traces } : process.env,
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (part) => printed.push(part));
  const status = await new Promise((end) => {
    child.on("error", () => end(1));
    child.on("close", end);
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(Buffer.concat(printed));
  console.log(`check: ${name} ${status === 0 ? "passed" : "FAILED"} in ${seconds} s`);
  if (status !== 0) failed.push(name);
}

/** A test runs every line of these rooms; c8 has only one bound for all files. */
function reportCore() {
  const summary = "coverage/coverage-summary.json";
  if (!existsSync(summary)) {
    failed.push("core coverage");
    return;
  }
  const files = Object.entries(JSON.parse(readFileSync(summary, "utf8")));
  const short = files
    .map(([file, { lines }]) => [relative(".", file), lines.pct])
    .filter(([file, share]) => tested.test(file) && share < 100 && runs(file));
  for (const [file, share] of short) console.log(`check: ${file}: ${share} % of lines are tested`);
  if (short.length > 0) failed.push("core coverage");
}

/** Whether anything of a file runs: one of types alone is never loaded. */
function runs(file) {
  const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, removeComments: true },
  });
  return outputText.trim() !== "export {};";
}
