// Builds what users install: Pulumi's own TypeScript loader skips node_modules, so it has to be JavaScript.
import { spawnSync } from "node:child_process";
import { chmodSync, renameSync, rmSync } from "node:fs";
import { build } from "esbuild";
import * as yaml from "yaml";
import { tsc } from "./tsc.mjs";

for (const built of ["dist", "policy-pack/dist"]) rmSync(built, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);

/** Loads `yaml` once something of it is used: a tenth of a second's start goes by for its files, and plain manifests are read without. */
const late = {
  name: "late",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^yaml$/ }, ({ namespace }) =>
      namespace === "late" ? { path: "yaml", external: true } : { path: "yaml", namespace: "late" },
    );
    onLoad({ filter: /^yaml$/, namespace: "late" }, () => ({
      contents: Object.keys(yaml)
        .map(
          (name) =>
            `Object.defineProperty(exports, "${name}", { get: () => require("yaml").${name} });`,
        )
        .join("\n"),
    }));
  },
};

// What is started and not imported is one file: hundreds of them take Node longer to find and to open than to run. Names stay as
// they are, for whoever reads a stack trace.
await intoOneFile("dist/cli/main.js", "dist/one-file/main.js", {
  external: ["./commands/index.js"],
  // By `import` Node would read the file once more, to find its exports.
  supported: { "dynamic-import": false },
});
await intoOneFile("dist/cli/commands/index.js", "dist/one-file/commands/index.js");
for (const parts of ["dist/cli", "dist/engine"]) rmSync(parts, { recursive: true });
renameSync("dist/one-file", "dist/cli");
chmodSync("dist/cli/main.js", 0o755);
// `pulumi policy publish` packs the pack's folder alone, so that all it runs has to be in it.
await intoOneFile("dist/policy-pack/crossguard/pack.js", "policy-pack/dist/pack.js");

async function intoOneFile(entry, outfile, options = {}) {
  await build({
    ...{ entryPoints: [entry], outfile, bundle: true, packages: "external", plugins: [late] },
    ...{ platform: "node", target: "node20.19", logLevel: "warning" },
    ...options,
  });
}
