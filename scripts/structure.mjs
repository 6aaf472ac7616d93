// Measures the structure of the source, and fails where a limit is exceeded: `npm run check -- structure`.
//
// node scripts/structure.mjs [--rooms] [--types]   also lists what is behind a number
//
// Imports and types are read as text; the last numbers run `dist/components`, which must be built.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** Most of each that is allowed. A number only gets smaller: lower its limit with it. */
const limits = {
  "folders that import each other": 0,
  "AWS types in three files or more": 5,
  "files that name iam/role:Role": 5,
  "other files that a user's program loads": 41,
  "JSON tables that a user's program loads": 3,
};

const listed = new Set(process.argv.slice(2));
const notSource = /^(test|test-real|examples|docs|tools|scripts|bench|\.ci)\/|\.d\.ts$/;
const tracked = execFileSync("git", ["ls-files"], { encoding: "utf8" }).split("\n");
const texts = new Map(
  tracked
    .filter((file) => file.endsWith(".ts") && !notSource.test(file) && existsSync(file))
    .map((file) => [file, readFileSync(file, "utf8")]),
);
const found = { ...folders(), ...awsTypes(), ...loaded() };

const exceeded = Object.keys(limits).filter((what) => !(found[what] <= limits[what]));
for (const [what, limit] of Object.entries(limits)) {
  const mark = exceeded.includes(what) ? "over its limit" : "at most";
  console.log(`structure: ${what}: ${found[what] ?? "not measured"} (${mark} ${limit})`);
}
process.exitCode = exceeded.length === 0 ? 0 : 1;

/** A folder and the folder around it are one room to each other; deeper than three names they are one room. */
function folders() {
  const arrows = new Map();
  for (const [file, text] of texts) {
    for (const target of importsOf(file, text)) {
      const [from, to] = [roomOf(file), roomOf(target)];
      if (`${from}/`.startsWith(`${to}/`) || `${to}/`.startsWith(`${from}/`)) continue;
      arrows.set(`${from} > ${to}`, [...(arrows.get(`${from} > ${to}`) ?? []), file]);
    }
  }
  const pairs = [...arrows.keys()].filter((arrow) => {
    const [from, to] = arrow.split(" > ");
    return from < to && arrows.has(`${to} > ${from}`);
  });
  if (listed.has("--rooms")) for (const pair of pairs) console.log(`  ${pair.replace(">", "<>")}`);
  return { "folders that import each other": pairs.length };
}

function importsOf(file, text) {
  return [...text.matchAll(/(?:from|import|import\(|require\()\s*"(\.[^"]+)"/g)].flatMap(
    ([, path]) => {
      const base = normalize(join(dirname(file), path));
      return [`${base}.ts`, `${base}/index.ts`].filter((each) => texts.has(each)).slice(0, 1);
    },
  );
}

function roomOf(file) {
  return dirname(file).split("/").slice(0, 3).join("/");
}

/** How many files name a type of a resource, such as `iam/role:Role`. */
function awsTypes() {
  const data = tracked.filter((file) => /^(core|policy-pack|engine)\/.*\.json$/.test(file));
  const files = [...texts, ...data.map((file) => [file, readFileSync(file, "utf8")])];
  const naming = new Map();
  for (const [file, text] of files) {
    for (const [, type] of text.matchAll(
      /["'`:](?:aws:)?([a-z0-9]+\/[a-zA-Z0-9]+:[A-Z][A-Za-z0-9]+)["'`]/g,
    )) {
      naming.set(type, (naming.get(type) ?? new Set()).add(file));
    }
  }
  const spread = [...naming].filter(([, where]) => where.size >= 3);
  if (listed.has("--types")) {
    for (const [type, where] of spread.sort((a, b) => b[1].size - a[1].size)) {
      console.log(`  ${type}: ${[...where].join(" ")}`);
    }
  }
  return {
    "AWS types in three files or more": spread.length,
    "files that name iam/role:Role": naming.get("iam/role:Role")?.size ?? 0,
  };
}

/** What the components load beside themselves into each program that uses them. */
function loaded() {
  if (!existsSync("dist/components/index.js")) return {};
  const code = `require("./dist/components"); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const own = JSON.parse(execFileSync(process.execPath, ["-e", code], { encoding: "utf8" }))
    .filter((file) => file.startsWith(process.cwd()) && !file.includes("node_modules"))
    .map((file) => file.slice(process.cwd().length + 1));
  const isTable = (file) => file.endsWith(".json");
  return {
    "other files that a user's program loads": own.filter(
      (file) => !file.startsWith("dist/components/") && !isTable(file),
    ).length,
    "JSON tables that a user's program loads": own.filter(isTable).length,
  };
}
