// `node scripts/mutants.mjs [NAME]`: takes each check of the task broker away, one at a time, and runs the test that has to fail then.
// Files are put back as they were. Which checks there are: test/broker/attacks/mutants.json, `[test, file, from, to]`.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const mutants = JSON.parse(readFileSync("test/broker/attacks/mutants.json", "utf8"));
const [only] = process.argv.slice(2);
let survived = 0;
for (const [test, file, from, to] of mutants) {
  const name = `${file}: ${from.slice(0, 60).replaceAll("\n", " ")}`;
  if (only !== undefined && !name.includes(only)) continue;
  const before = readFileSync(file, "utf8");
  const mutant = before.replace(from, () => to);
  if (mutant === before) {
    console.log(`NOT FOUND  ${name}`);
    survived += 1;
    continue;
  }
  const restore = () => writeFileSync(file, before);
  process.once("SIGINT", restore);
  try {
    writeFileSync(file, mutant);
    const args = ["node_modules/mocha/bin/mocha.js", "--bail", "--timeout", "20000", test];
    const { status } = spawnSync(process.execPath, args, { stdio: "ignore", timeout: 120_000 });
    if (status === 0) survived += 1;
    console.log(`${status === 0 ? "SURVIVED " : "found    "}  ${name}`);
  } finally {
    restore();
    process.off("SIGINT", restore);
  }
}
console.log(
  survived === 0 ? "every check has a test that fails without it" : `${survived} have none`,
);
process.exitCode = survived === 0 ? 0 : 1;
