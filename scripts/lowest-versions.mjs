// Runs tests with the lowest version of each package that a user brings, in a folder of its own outside the checkout.
//
// npm run test:lowest [-- TEST-FILE-OR-GLOB...]   by default tests that load or run those packages
//
// The versions are the lower bounds of `peerDependencies`: what passes here is what the README states. A test that fails
// because an older package cannot make what the test needs passes where the component reports that (`components/arguments/newer-sdk.ts`).
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const usual = [
  ...["workload", "tenant", "federations/oidc-issuers", "federations/spiffe", "contract/*"].map(
    (name) => `test/components/${name}.test.ts`,
  ),
  ...["provider/**/*", "policy-pack/crossguard/pack-process", "examples/support-desk-yaml"].map(
    (name) => `test/${name}.test.ts`,
  ),
];

/** The message of components for a package that is too old. */
const says = /needs `@pulumi\/aws` [\d.]+ or later/;

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const lowest = Object.fromEntries(
  Object.entries(manifest.peerDependencies).map(([name, range]) => [name, lowerBound(range)]),
);
const chosen = process.argv.slice(2);
const copy = mkdtempSync(join(tmpdir(), "agentid-lowest-"));
try {
  const listed = execFileSync("git", [
    ...["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
  ]);
  for (const file of listed.toString("utf8").split("\0")) {
    if (file !== "" && file !== "package-lock.json") cpSync(file, join(copy, file));
  }
  // What users install is built with the versions of the lock file.
  for (const built of ["dist", "policy-pack/dist"]) {
    cpSync(built, join(copy, built), { recursive: true });
  }
  const devDependencies = { ...manifest.devDependencies, ...lowest };
  writeFileSync(join(copy, "package.json"), JSON.stringify({ ...manifest, devDependencies }));
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
  run("node", ["node_modules/esbuild/install.js"]);
  for (const name of Object.keys(lowest)) {
    const installed = join(copy, "node_modules", name, "package.json");
    console.log(`lowest: ${name} ${JSON.parse(readFileSync(installed, "utf8")).version}`);
  }
  process.exitCode = judge(chosen.length > 0 ? chosen : usual);
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** Runs tests in the copy; 1 where one fails for another reason than the message of a component on what it needs. */
function judge(tests) {
  const output = join(copy, "tests.json");
  const reporter = ["--reporter", "json", "--reporter-option", `output=${output}`];
  const mocha = ["--no-install", "mocha", "--parallel", "--timeout", "180000", ...reporter];
  spawnSync("npx", [...mocha, ...tests], { cwd: copy, stdio: ["ignore", "ignore", "inherit"] });
  const { stats, failures } = JSON.parse(readFileSync(output, "utf8"));
  const failed = failures.filter(({ err }) => !says.test(JSON.stringify(err)));
  for (const { fullTitle, err } of failed) console.log(`FAILED ${fullTitle}\n${err.stack}\n`);
  const said = failures.length - failed.length;
  console.log(
    `lowest: ${stats.passes} passed, ${said} name what they need, ${failed.length} failed`,
  );
  return failed.length > 0 || stats.passes === 0 ? 1 : 0;
}

/** Runs a command in the copy, and ends as it does where it fails. */
function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: copy, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed`);
}

/** The version that a range such as `>=6.0.0 <8` or `^4.11.0` starts with. */
function lowerBound(range) {
  const version = /^(?:>=|\^|~)(\d+\.\d+\.\d+)/.exec(range)?.[1];
  if (version === undefined) throw new Error(`\`${range}\` names no lower bound`);
  return version;
}
