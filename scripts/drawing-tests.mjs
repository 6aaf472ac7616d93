// Prints the test files below a folder whose tests draw at random, one a line.
//
// node scripts/drawing-tests.mjs FOLDER
//
// A file draws where it, or what it imports, has fast-check or reads FUZZ_SEED. A file that only imports other tests, to run
// them more often, is left out.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const draws = /["']fast-check["']|FUZZ_SEED/;
const imported = /^(?:import|export)\s(?:[^;]*?\sfrom\s+)?["'](\.[^"']*)["']/gm;

const texts = new Map();
const imports = new Map();

const [folder] = process.argv.slice(2);
if (folder === undefined || !existsSync(folder)) {
  console.error("usage: node scripts/drawing-tests.mjs FOLDER");
  process.exit(2);
}

for (const name of readdirSync(folder, { recursive: true }).sort()) {
  if (!/\.(?:test|fuzz)\.ts$/.test(name)) continue;
  const file = resolve(folder, name);
  const runsOthers = importsOf(file).some((each) => each.endsWith(".test.ts"));
  if (!runsOthers && isDrawing(file, new Set())) console.log(relative(".", file));
}

function isDrawing(file, seen) {
  if (seen.has(file)) return false;
  seen.add(file);
  return draws.test(textOf(file)) || importsOf(file).some((each) => isDrawing(each, seen));
}

function textOf(file) {
  const text = texts.get(file) ?? readFileSync(file, "utf8");
  texts.set(file, text);
  return text;
}

function importsOf(file) {
  const known = imports.get(file);
  if (known !== undefined) return known;
  const found = [...textOf(file).matchAll(imported)].flatMap(([, path]) => {
    const at = join(dirname(file), path);
    return [`${at}.ts`, join(at, "index.ts")].filter((each) => existsSync(each)).slice(0, 1);
  });
  imports.set(file, found);
  return found;
}
