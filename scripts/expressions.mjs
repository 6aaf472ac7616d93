// The regular expressions of our own code: literals, by the syntax tree, and what `new RegExp` makes while modules load.
import { readFileSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { register } from "tsx/cjs/api";
import ts from "typescript";

/** The folders of what users run. */
export const folders = [
  "core",
  "yaml",
  "policy-pack",
  "components",
  "provider",
  "engine",
  "cli",
  "testing",
];

/**
 * All expressions in files, each with its location; and where one is made after modules have loaded.
 *
 * Made later, it could depend on what is judged, and could not be checked before.
 */
export function expressionsIn(files, load = requireAnew) {
  const found = [];
  const made = [];
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
    const lineOf = (node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    const visit = (node) => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf("/");
        const [text, flags] = [node.text.slice(1, end), node.text.slice(end + 1)];
        found.push({ file, line: lineOf(node), source: text, flags });
      } else if (isMade(node, source)) made.push({ file, line: lineOf(node) });
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  const loaded = madeBy([...new Set(made.map(({ file }) => resolve(file)))], load);
  const isLoaded = (place) =>
    loaded.some((each) => each.file === resolve(place.file) && each.line === place.line);
  return {
    expressions: [...found, ...loaded.map((each) => ({ ...each, file: relative(".", each.file) }))],
    late: made.filter((place) => !isLoaded(place)),
  };
}

/** The files of code in folders. */
export function filesIn(directories) {
  return directories.flatMap((directory) =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /(?<!\.d)\.[cm]?[jt]s$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/(?:^|\/)(?:node_modules|dist)\//.test(path)),
  );
}

function isMade(node, source) {
  return (
    (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
    node.expression.getText(source) === "RegExp"
  );
}

/** What modules make by `RegExp` while they load, with the line that made it. */
function madeBy(files, load) {
  const made = [];
  const Before = globalThis.RegExp;
  const note = (target, args) => {
    const expression = new target(...args);
    const place = placeOf(new Error().stack ?? "", files);
    if (place !== undefined)
      made.push({ ...place, source: expression.source, flags: expression.flags });
    return expression;
  };
  globalThis.RegExp = new Proxy(Before, {
    construct: note,
    apply: (target, _, args) => note(target, args),
  });
  try {
    for (const file of files) load(file);
  } finally {
    globalThis.RegExp = Before;
  }
  return made;
}

/** The innermost place of a stack in one of the files. */
function placeOf(stack, files) {
  for (const [, path, line] of stack.matchAll(/(\/[^\s():]+):(\d+):\d+\)?$/gm)) {
    if (files.includes(path)) return { file: path, line: Number(line) };
  }
  return undefined;
}

let api;

/** Files are loaded for no one else, so that none was loaded before the expressions are noted. */
function requireAnew(file) {
  api ??= register({ namespace: "expressions" });
  api.require(file, import.meta.url);
}
