// Writes the packages for servers, which need neither Pulumi nor TypeScript: folders for `npm publish`, with the files and the
// version of `pulumi-agentid`.
//
// node scripts/server-packages.mjs [FOLDER]   after a build; FOLDER is `dist-packages` by default
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { declaredBy, loadedBy, packagesOf } from "./entry-files.mjs";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));

/** Optional for `pulumi-agentid`; the broker does not start without it. */
const required = ["@cedar-policy/cedar-wasm"];

const folder = process.argv[2] ?? "dist-packages";
await writeLibrary(
  "agent",
  "How an AI agent gets authority from the task broker, for one call of one tool.",
);
await writeLibrary("tool", "How a tool server verifies call tokens of the task broker.");
await writeCommand(
  "broker",
  "The task broker: authority for one call of one tool, decided by grants.",
);

/** Writes a package that programs import: its built files, with their types. */
async function writeLibrary(part, description) {
  const own = emptied(part);
  const { files, packages } = await loadedBy([`dist/${part}/index.js`]);
  for (const file of [...files, ...declaredBy([`dist/${part}/index.d.ts`])]) {
    mkdirSync(join(own, dirname(file)), { recursive: true });
    cpSync(file, join(own, file));
  }
  const [main, types] = [`./dist/${part}/index.js`, `./dist/${part}/index.d.ts`];
  const exports = { ".": { types, default: main }, "./package.json": "./package.json" };
  describe(own, part, { description, main, types, exports }, packages);
}

/** Writes a package that people start: one file for each thread. */
async function writeCommand(part, description) {
  const own = emptied(part);
  const file = `dist/${part}.js`;
  const entries = {
    [part]: `cli/${part}-main.ts`,
    "sqlite-writer": `${part}/store/sqlite-writer.ts`,
  };
  const { metafile } = await build({
    ...{ entryPoints: entries, outdir: join(own, "dist"), bundle: true },
    ...{ packages: "external", platform: "node", target: "node20.19" },
    ...{ metafile: true, logLevel: "warning" },
  });
  chmodSync(join(own, file), 0o755);
  const bin = { [`agentid-${part}`]: file };
  const exports = { "./package.json": "./package.json" };
  describe(own, part, { description, bin, exports }, packagesOf(metafile));
}

function emptied(part) {
  const own = join(folder, `${manifest.name}-${part}`);
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  return own;
}

/** Writes what npm and people read of a package. */
function describe(own, part, { description, ...entries }, packages) {
  const { name, version, license, engines } = manifest;
  const about = { name: `${name}-${part}`, version, description, license, engines };
  const written = { ...about, ...entries, files: ["dist"], ...dependenciesOf(packages) };
  writeFileSync(join(own, "package.json"), `${JSON.stringify(written, undefined, 2)}\n`);
  cpSync("LICENSE", join(own, "LICENSE"));
  cpSync(`${part}/README.md`, join(own, "README.md"));
}

/** Imported packages as `pulumi-agentid` has them: dependencies, or optional peers. */
function dependenciesOf(packages) {
  const known = { ...manifest.peerDependencies, ...manifest.dependencies };
  const unknown = packages.find((name) => known[name] === undefined);
  if (unknown !== undefined) throw new Error(`package.json lacks the dependency \`${unknown}\``);
  const isOptional = (name) =>
    manifest.dependencies[name] === undefined && !required.includes(name);
  const peers = packages.filter(isOptional);
  const dependencies = packages.filter((name) => !isOptional(name));
  const ranges = (names) => Object.fromEntries(names.map((name) => [name, known[name]]));
  return {
    dependencies: ranges(dependencies),
    ...(peers.length > 0 && {
      peerDependencies: ranges(peers),
      peerDependenciesMeta: Object.fromEntries(peers.map((name) => [name, { optional: true }])),
    }),
  };
}
