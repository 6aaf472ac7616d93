// `npm start [-- DIR…]`: judges the given programs, by default the example that passes, and prints what to try next. A folder
// with a `demo.mjs` is run instead.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const cli = "dist/cli/main.js";
const given = process.argv.slice(2);

if (!existsSync(cli)) {
  console.error(`start: ${cli} is missing; build it with \`npm run build\``);
  process.exit(2);
}
const demo = given.length === 1 ? join(given[0], "demo.mjs") : "";
if (demo !== "" && existsSync(demo)) {
  process.exit(spawnSync(process.execPath, [demo], { stdio: "inherit" }).status ?? 2);
}
const programs = given.length > 0 ? given : ["examples/support-desk"];
const { status } = spawnSync(process.execPath, [cli, "check", ...programs], { stdio: "inherit" });
if (given.length === 0 && status === 0)
  console.log("next: npm start -- examples/shared-credentials");
process.exit(status ?? 2);
