// Builds what users install: Pulumi's own TypeScript loader skips node_modules, so it has to be JavaScript.
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as acorn from "acorn";
import { build } from "esbuild";
import * as yaml from "yaml";
import { declaredBy, loadedBy } from "./entry-files.mjs";
import { withChoices } from "./completed-types.mjs";
import { withoutJson } from "./json-types.mjs";
import { tsc } from "./tsc.mjs";

for (const built of ["dist", "policy-pack/dist"]) rmSync(built, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);

/** Packages that are loaded once something of them is used: `yaml` takes a tenth of a second, and many runs need none of them. */
const lateOnes = { yaml, acorn };

const late = {
  name: "late",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(yaml|acorn)$/ }, ({ path, namespace }) =>
      namespace === "late" ? { path, external: true } : { path, namespace: "late" },
    );
    onLoad({ filter: /./, namespace: "late" }, ({ path }) => ({
      contents: Object.keys(lateOnes[path])
        .map(
          (name) =>
            `Object.defineProperty(exports, "${name}", { get: () => require("${path}").${name} });`,
        )
        .join("\n"),
    }));
  },
};

/** Modules that more than one file has, by their path in `dist`; the others find them in the pack's file, so that they are packed once. */
const shared = new Set();

/** @param whole where that file is, seen from the one that is built */
function judging(whole) {
  return {
    name: "judging",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[.]/ }, ({ path, importer, namespace, kind }) => {
        if (namespace === "judging") return { path, external: true };
        const name = relative("dist", join(importer, "..", path)).replace(/[.]js$/, "");
        if (kind === "entry-point" || !/^(core|policy-pack|yaml)\//.test(name)) return undefined;
        shared.add(name);
        return { path: name, namespace: "judging" };
      });
      onLoad({ filter: /./, namespace: "judging" }, ({ path }) => ({
        contents: `module.exports = ${oneOf(whole, path)};`,
      }));
    },
  };
}

function oneOf(whole, name) {
  shared.add(name);
  return `require("${whole}").modules["${name}"]`;
}

// A started program is one file: hundreds of them take Node longer to find and to open than to run. Names stay unchanged, for
// readers of a stack trace.
await intoOneFile("dist/cli/main.js", "dist/one-file/main.js", {
  external: ["./commands/index.js", "./broker/index.js"],
  // By `import` Node would read the file once more, to find its exports.
  supported: { "dynamic-import": false },
});
await intoOneFile("dist/cli/commands/index.js", "dist/one-file/commands/index.js", {
  plugins: [late, judging("../../../policy-pack/dist/whole.js")],
  external: ["../comment/octokit.js"],
});
// In it, since most users need none of it: with its types Octokit is larger than all of this package.
await intoOneFile("dist/cli/comment/octokit.js", "dist/one-file/comment/octokit.js", {
  packages: "bundle",
  minify: true,
  plugins: [late, withLicences("dist/one-file/comment/octokit.licences.txt")],
});
await intoOneFile(
  "node_modules/typescript/lib/typescript.js",
  "dist/one-file/commands/typescript.js",
  {
    minify: true,
    plugins: [withLicences("dist/one-file/commands/typescript.licences.txt")],
  },
);
// Beside the commands, since a preview finds the compiler there.
await intoOneFile("dist/testing/index.js", "dist/one-file/commands/testing.js", {
  plugins: [late, judging("../../../policy-pack/dist/whole.js")],
});
// Written so that Node exports its names to an ES module.
writeFileSync(
  "dist/testing/index.js",
  `"use strict";\nexports.judge = require("../cli/commands/testing.js").judge;\n`,
);
// With its own copy of the little that it shares: the file of the pack is large, and a broker would start later and hold more.
await intoOneFile("dist/cli/broker/index.js", "dist/one-file/broker/index.js");
await intoOneFile("dist/broker/store/sqlite-writer.js", "dist/one-file/broker/sqlite-writer.js");
for (const parts of ["dist/cli", "dist/engine"]) rmSync(parts, { recursive: true });
renameSync("dist/one-file", "dist/cli");
chmodSync("dist/cli/main.js", 0o755);
// `pulumi policy publish` packs the pack's folder alone, so that all it runs has to be in it.
await intoOneFile("dist/policy-pack/crossguard/pack.js", "policy-pack/dist/pack.js", {
  plugins: [judging("./whole.js")],
});
// What a user's own pack imports; written so that Node exports its names to an ES module.
const policies = oneOf("./whole.js", "policy-pack/crossguard/index");
writeFileSync(
  "policy-pack/dist/index.js",
  `"use strict";\nexports.policies = ${policies}.policies;\n`,
);
const modules = [...shared].map((name) => `  get "${name}"() { return require("./${name}"); },\n`);
writeFileSync("dist/whole.js", `exports.modules = {\n${modules.join("")}};\n`);
await intoOneFile("dist/whole.js", "policy-pack/dist/whole.js");
await removeUnused();
await import("./server-packages.mjs");

async function intoOneFile(entry, outfile, options = {}) {
  await build({
    ...{ entryPoints: [entry], outfile, bundle: true, packages: "external", plugins: [late] },
    ...{ platform: "node", target: "node20.19", logLevel: "warning" },
    ...options,
  });
}

/** Writes the licences of the packages that a file contains, as they require. */
function withLicences(file) {
  return {
    name: "licences",
    setup({ initialOptions, onEnd }) {
      initialOptions.metafile = true;
      onEnd(({ metafile }) => {
        const folders = Object.keys(metafile.inputs).flatMap(
          (input) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? [],
        );
        const texts = [...new Set(folders)].sort().map((folder) => {
          const name = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
          if (name === undefined) throw new Error(`${folder} has no licence`);
          return `${folder.slice("node_modules/".length)}\n\n${readFileSync(join(folder, name), "utf8")}`;
        });
        writeFileSync(file, texts.join("\n\n"));
      });
    },
  };
}

/** Removes what is in one of those files too, and what declares types that no entry names; the others name no JSON. */
async function removeUnused() {
  const entries = ["components", "provider", "agent", "tool", "testing"].map(
    (part) => `dist/${part}/index.js`,
  );
  const declarations = ["components", "policy-pack/crossguard", "agent", "tool", "testing"].map(
    (part) => `dist/${part}/index.d.ts`,
  );
  const used = new Set([...(await loadedBy(entries)).files, ...declaredBy(declarations)]);
  for (const file of used) {
    if (!file.endsWith(".d.ts")) continue;
    const text = readFileSync(file, "utf8");
    const plain = withoutJson(text, (path) => readFileSync(join(file, "..", path), "utf8"));
    const changed = file.endsWith("/arguments/choices.d.ts") ? withChoices(plain) : plain;
    if (changed !== text) writeFileSync(file, changed);
  }
  for (const entry of readdirSync("dist", { recursive: true, withFileTypes: true })) {
    const file = join(relative(".", entry.parentPath), entry.name);
    if (entry.isFile() && !file.startsWith("dist/cli/") && !used.has(file)) rmSync(file);
  }
}
