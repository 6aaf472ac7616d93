// The one command for people and CI: every check runs, even after one has failed, and each tells how long it took.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import ts from "typescript";

const stages = [
  ["types", "tsc", "-p", "."],
  ["lint", "eslint", "."],
  ["format", "prettier", "--check", "--log-level", "warn", "."],
  [
    "architecture",
    "depcruise",
    "--config",
    ".dependency-cruiser.cjs",
    "core",
    "yaml",
    "policy-pack",
    "components",
    "provider",
    "engine",
    "cli",
    "bench",
    "scripts",
    "test",
    "test-real",
  ],
  ["unused", "knip"],
  ["generated", "tsx", "scripts/generate.ts", "--check"],
  ["tests", "c8", "mocha", "test/**/*.test.ts"],
];

const wanted = process.argv.slice(2);
const failed = [];
for (const [name, command, ...args] of stages) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const started = Date.now();
  const { status } = spawnSync("npx", ["--no-install", command, ...args], { stdio: "inherit" });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`check: ${name} ${status === 0 ? "passed" : "FAILED"} in ${seconds} s`);
  if (status !== 0) failed.push(name);
  if (name === "tests") reportCore();
}

/** Every line of core is run by a test; c8 knows one bound for all files alone. */
function reportCore() {
  const summary = "coverage/coverage-summary.json";
  if (!existsSync(summary)) return;
  const files = Object.entries(JSON.parse(readFileSync(summary, "utf8")));
  const short = files
    .map(([file, { lines }]) => [relative(".", file), lines.pct])
    .filter(([file, share]) => file.startsWith("core/") && share < 100 && runs(file));
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

if (failed.length > 0) {
  console.log(`check: failed: ${failed.join(", ")}`);
  process.exit(1);
}
