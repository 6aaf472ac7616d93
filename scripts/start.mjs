// `npm start [-- DIR…]`: judges the given programs, by default the example that holds, and tells what to try next.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const cli = "dist/cli/main.js";
const given = process.argv.slice(2);

if (!existsSync(cli)) {
  console.error(`start: ${cli} is missing; build it with \`npm run build\``);
  process.exit(2);
}
const programs = given.length > 0 ? given : ["examples/support-desk"];
const { status } = spawnSync(process.execPath, [cli, "check", ...programs], { stdio: "inherit" });
if (given.length === 0 && status === 0)
  console.log("next: npm start -- examples/shared-credentials");
process.exit(status ?? 2);
