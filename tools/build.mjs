// Builds the real programs that tests run against: one folder here a program, with a recipe.json and the pins of all its parts:
// a Go module, the requirements of a Python program, the archives of a Java one, or the lock of a package of npm. Of a program
// that Debian packages the recipe names the package.
//
// node tools/build.mjs [PART...]    builds the named parts, or all   node tools/build.mjs --paths [PART...]
// prints where the built binaries are, as JSON; fails when one is not built
//
// Binaries are stored outside the checkout, keyed by the contents of the part's folder: an unchanged part is built once.
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
import { buildGo, goHost } from "./build-go.mjs";
import { buildJava, javaHost } from "./build-java.mjs";
import { buildNpm, npmHost } from "./build-npm.mjs";
import { buildPython, pythonHost } from "./build-python.mjs";
import { installedProgram } from "./find-installed.mjs";

const here = dirname(fileURLToPath(import.meta.url));

const cache =
  process.env.AGENTID_TOOLS_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "agentid-tools");

const all = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(here, entry.name, "recipe.json")))
  .map((entry) => entry.name);

/** How parts are built, by the file that such a part has. */
const kinds = [
  { file: "go.mod", build: buildGo, hostOf: goHost },
  { file: "pom.xml", build: buildJava, hostOf: javaHost },
  { file: "package-lock.json", build: buildNpm, hostOf: npmHost },
  { file: "requirements.txt", build: buildPython, hostOf: pythonHost },
];

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
  // What the system has to have comes last, so that nothing is left unbuilt where it is missing.
  const parts = named.length > 0 ? named : all.sort((a, b) => isInstalled(a) - isInstalled(b));
  if (asksPaths) {
    console.log(JSON.stringify(Object.fromEntries(parts.map((part) => [part, builtBinary(part)]))));
    return;
  }
  for (const part of parts) {
    process.stdout.write(`${part}: `);
    if (isInstalled(part)) {
      console.log(`installed, ${binaryPath(part)}`);
    } else if (existsSync(binaryPath(part))) {
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

/** The location of the part's files once it is built. */
function keptIn(part) {
  const { hostOf } = kindOf(part);
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  hash.update(hostOf(part, recipeOf(part)));
  for (const folder of new Set([join(here, part), folderOf(part)])) {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isFile());
    for (const file of entries.map(({ name }) => name).sort()) {
      hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
    }
  }
  return join(cache, `${part}-${hash.digest("hex").slice(0, 16)}`);
}

/** The folder with the part's pins: its own, or that of an example. */
function folderOf(part) {
  return join(here, part, recipeOf(part).folder ?? ".");
}

function binaryPath(part) {
  const recipe = recipeOf(part);
  return isInstalled(part) ? installedProgram(part, recipe) : join(keptIn(part), recipe.binary);
}

/** Whether the system's packages have the part, so that nothing is built. */
function isInstalled(part) {
  return recipeOf(part).debian !== undefined;
}

/** How a part is built, and what of the machine decides what comes of it. */
function kindOf(part) {
  return kinds.find(({ file }) => existsSync(join(folderOf(part), file)));
}

function build(part) {
  const target = keptIn(part);
  mkdirSync(cache, { recursive: true });
  // Built aside and renamed, so that an interrupted build never looks like a finished one.
  const aside = mkdtempSync(join(cache, ".building-"));
  try {
    kindOf(part).build(part, folderOf(part), recipeOf(part), aside);
    rmSync(target, { recursive: true, force: true });
    renameSync(aside, target);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
