// `node scripts/mutants.mjs [NAME]`: takes each check of the task broker away, one at a time, and runs the test that has to fail then,
// in a copy of the repository: whatever ends this program, no mutant is left in a file.
// Which checks there are: test/broker/attacks/mutants.json, `[test, file, from, to]`.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const mutants = JSON.parse(readFileSync("test/broker/attacks/mutants.json", "utf8"));
const [only] = process.argv.slice(2);
const copy = mkdtempSync(join(tmpdir(), "agentid-mutants-"));
const files = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], {
  maxBuffer: 1e8,
});
for (const file of files.toString().split("\0").filter(Boolean)) {
  cpSync(file, join(copy, file), { force: true });
}
for (const folder of ["node_modules", "dist"]) {
  symlinkSync(join(process.cwd(), folder), join(copy, folder));
}
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
  writeFileSync(join(copy, file), mutant);
  const args = ["node_modules/mocha/bin/mocha.js", "--bail", "--timeout", "20000", test];
  const { status } = spawnSync(process.execPath, args, {
    ...{ cwd: copy, stdio: "ignore", timeout: 120_000 },
  });
  if (status === 0) survived += 1;
  console.log(`${status === 0 ? "SURVIVED " : "found    "}  ${name}`);
  writeFileSync(join(copy, file), before);
}
rmSync(copy, { recursive: true, force: true });
console.log(
  survived === 0 ? "every check has a test that fails without it" : `${survived} have none`,
);
process.exitCode = survived === 0 ? 0 : 1;
