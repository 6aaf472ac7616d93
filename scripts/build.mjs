// Builds what users install: Pulumi's own TypeScript loader skips node_modules, so it has to be JavaScript.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { tsc } from "./tsc.mjs";

for (const built of ["dist", "policy-pack/dist"]) rmSync(built, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
chmodSync("dist/cli/main.js", 0o755);

// `pulumi policy publish` packs the pack's folder alone, so that all it runs has to be in it.
for (const part of ["core", "yaml", "policy-pack"]) {
  cpSync(`dist/${part}`, `policy-pack/dist/${part}`, {
    recursive: true,
    filter: (file) => !file.endsWith(".d.ts"),
  });
}
