// Builds the real programs that tests run against: one folder here a program, with its own Go module and a recipe.json.
//
//   node tools/build.mjs [PART...]    builds the named parts, or all
//   node tools/build.mjs --paths [PART...]
//                                     prints where the built binaries are, as JSON; fails when one is not built
//
// Binaries are kept outside the checkout, keyed by the contents of the part's folder: an unchanged part is built once.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const go = "go";

const here = dirname(fileURLToPath(import.meta.url));

const cache =
  process.env.AGENTID_TOOLS_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "agentid-tools");

const all = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(here, entry.name, "recipe.json")))
  .map((entry) => entry.name);

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(`tools: ${error.message}`);
  process.exitCode = 1;
}

function main(args) {
  const asksPaths = args[0] === "--paths";
  const named = asksPaths ? args.slice(1) : args;
  const strange = named.find((part) => !all.includes(part));
  if (strange !== undefined) {
    throw new Error(
      `no part \`${strange}\`; there are ${all.map((part) => `\`${part}\``).join(", ")}`,
    );
  }
  const parts = named.length > 0 ? named : all;
  if (asksPaths) {
    console.log(JSON.stringify(Object.fromEntries(parts.map((part) => [part, builtBinary(part)]))));
    return;
  }
  for (const part of parts) {
    process.stdout.write(`${part}: `);
    if (existsSync(binaryPath(part))) {
      console.log("cached");
    } else {
      const start = Date.now();
      build(part);
      console.log(`built in ${Math.round((Date.now() - start) / 1000)} s`);
    }
  }
}

function builtBinary(part) {
  const path = binaryPath(part);
  if (!existsSync(path)) throw new Error(`\`${part}\` is not built; run \`npm run tools\``);
  return path;
}

function recipeOf(part) {
  return JSON.parse(readFileSync(join(here, part, "recipe.json"), "utf8"));
}

function binaryPath(part) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const file of readdirSync(join(here, part)).sort()) {
    hash.update(`${file}\n`).update(readFileSync(join(here, part, file)));
  }
  return join(cache, `${part}-${hash.digest("hex").slice(0, 16)}`, recipeOf(part).binary);
}

function build(part) {
  const recipe = recipeOf(part);
  const folder = join(here, part);
  requireGo(part, folder);
  const target = dirname(binaryPath(part));
  mkdirSync(cache, { recursive: true });
  // Built aside and renamed, so that an interrupted build never looks like a finished one.
  const aside = mkdtempSync(join(cache, ".building-"));
  try {
    const set = Object.entries(recipe.variables).map(([name, value]) => ` -X ${name}=${value}`);
    const built = spawnSync(
      go,
      [
        "build",
        ...["-mod=readonly", "-trimpath", "-buildvcs=false"],
        ...["-ldflags", `-s -w${set.join("")}`],
        ...["-o", join(aside, recipe.binary), recipe.package],
      ],
      {
        cwd: folder,
        env: { ...process.env, CGO_ENABLED: recipe.cgo === true ? "1" : "0" },
        stdio: ["ignore", "inherit", "inherit"],
      },
    );
    if (built.status !== 0)
      throw new Error(`building ${recipe.builds} failed; what Go said stands above`);
    rmSync(target, { recursive: true, force: true });
    renameSync(aside, target);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Go is asked within the part's module: where it may, it fetches the version that the module needs by itself. */
function requireGo(part, folder) {
  const needed = /^go (\S+)$/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))[1];
  let found;
  try {
    found = /go(\d+\.\d+(?:\.\d+)?)/.exec(
      execFileSync(go, ["version"], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      }),
    )[1];
  } catch (error) {
    if (error.code === "ENOENT") {
      throw new Error(`Go is not installed; \`${part}\` needs Go ${needed} or later`);
    }
    throw new Error(
      `Go is too old for \`${part}\`, which needs Go ${needed} or later: ${String(error.stderr).trim()}`,
    );
  }
  if (isOlder(found, needed)) {
    throw new Error(`Go ${found} is too old; \`${part}\` needs Go ${needed} or later`);
  }
}

function isOlder(version, needed) {
  const parts = (text) => text.split(".").map(Number);
  const [have, want] = [parts(version), parts(needed)];
  for (let i = 0; i < 3; i += 1) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
