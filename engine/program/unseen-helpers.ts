import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import type { SnapshotNote } from "../../core/snapshot/resource";
import type { Recorder } from "./recorder";

/** No program has more files or longer ones that somebody wrote. */
const [MOST_FILES, LONGEST_FILE] = [500, 500_000];

/** Where something stands in a program. */
interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a function makes by itself, and whom it calls. */
interface Body {
  readonly made: readonly Place[];
  readonly calls: readonly string[];
}

/** What a program's files say. */
interface Read {
  readonly functions: Map<string, Body[]>;
  readonly callbacks: (Body & { readonly at: Place })[];
}

/**
 * Notes each `apply` whose callback calls a function that declares resources, none of which was declared: it waited for what
 * is not known. A callback that declares them itself is seen when it is not called; of what it calls only the text tells.
 *
 * @param directory the program's folder
 */
export async function unseenHelpers(
  directory: string,
  recorder: Recorder,
): Promise<readonly SnapshotNote[]> {
  const texts = sourcesIn(directory).map((path) => [path, readFileSync(path, "utf8")] as const);
  if (!mayCallHelpers(texts.map(([, text]) => text).join("\n"))) return [];
  // It takes longer to load than most programs to run.
  const { default: compiler } = await import("typescript");
  const read: Read = { functions: new Map(), callbacks: [] };
  for (const [path, text] of texts) {
    readSource(compiler, path, text, recorder.positions.relative(path), read);
  }
  const seen = new Set(
    recorder.snapshot().resources.map(({ source }) => `${source?.file}:${source?.line}`),
  );
  return read.callbacks.flatMap(({ at, made, calls }) => {
    const reached = reachedFrom(calls, read.functions);
    const isSeen = reached.some(({ file, line }) => seen.has(`${file}:${line}`));
    if (made.length > 0 || reached.length === 0 || isSeen) return [];
    const message =
      "what this `apply` declares by a function was not seen: it waits for what is not known; where that is an answer, record it under `functions` in agentid.yaml";
    return [{ kind: "unrendered", message, source: at }];
  });
}

/** Whether some callback may call a function of the program, at a glance. */
function mayCallHelpers(text: string): boolean {
  const defined =
    /\bfunction\s+([\w$]+)|(?<![\w$])([\w$]+)\s*(?::[^=;]{0,200})?[=:]\s*(?:async\s*)?(?:\(|function\b|[\w$]+\s*=>)/g;
  const names = new Set([...text.matchAll(defined)].map(([, one, other]) => one ?? other));
  return [...text.matchAll(/\.apply\(([^]{0,1000})/g)].some(([, callback = ""]) =>
    [...callback.matchAll(/(this\.)?(?<![\w$])([\w$]+)\s*\(/g)].some(
      ([, own, name]) => own !== undefined || names.has(name),
    ),
  );
}

function sourcesIn(directory: string): readonly string[] {
  const found: string[] = [];
  const folders = [directory];
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (/^(\.|node_modules$)/.test(entry.name)) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (isSource(path) && entry.isFile()) found.push(path);
      if (found.length >= MOST_FILES) return found;
    }
  }
  return found;
}

function isSource(path: string): boolean {
  return /(?<!\.d)\.[cm]?[jt]s$/.test(path) && statSync(path).size <= LONGEST_FILE;
}

/** What is made by functions of these names, and by those that they call. */
function reachedFrom(names: readonly string[], functions: Read["functions"]): readonly Place[] {
  const seen = new Set(names);
  const made: Place[] = [];
  for (const name of seen) {
    for (const body of functions.get(name) ?? []) {
      made.push(...body.made);
      for (const other of body.calls) seen.add(other);
    }
  }
  return made;
}

function readSource(
  compiler: typeof ts,
  path: string,
  text: string,
  file: string,
  read: Read,
): void {
  const source = compiler.createSourceFile(path, text, compiler.ScriptTarget.Latest, true);
  const placeOf = (node: ts.Node): Place => {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
    return { file, line: line + 1, column: character + 1 };
  };
  const bodyOf = (node: ts.Node): Body => {
    const made: Place[] = [];
    const calls: string[] = [];
    const visit = (inner: ts.Node): void => {
      if (compiler.isNewExpression(inner) && isResource(inner.expression.getText(source))) {
        made.push(placeOf(inner));
      }
      if (compiler.isCallExpression(inner)) calls.push(lastName(inner.expression.getText(source)));
      compiler.forEachChild(inner, visit);
    };
    visit(node);
    return { made, calls };
  };
  const visit = (node: ts.Node): void => {
    const name = nameOfFunction(compiler, node);
    if (name !== undefined) {
      read.functions.set(name, [...(read.functions.get(name) ?? []), bodyOf(node)]);
    }
    if (compiler.isCallExpression(node) && node.arguments.length === 1) {
      const [callback] = node.arguments;
      const isApply = lastName(node.expression.getText(source)) === "apply";
      if (isApply && callback !== undefined && compiler.isArrowFunction(callback)) {
        read.callbacks.push({ ...bodyOf(callback), at: placeOf(callback) });
      }
    }
    compiler.forEachChild(node, visit);
  };
  visit(source);
}

/** The name by which a function is called: its own, or that of what it is put into. */
function nameOfFunction(compiler: typeof ts, node: ts.Node): string | undefined {
  if (compiler.isFunctionDeclaration(node) || compiler.isMethodDeclaration(node)) {
    return node.name?.getText();
  }
  if (!compiler.isArrowFunction(node) && !compiler.isFunctionExpression(node)) return undefined;
  const { parent } = node;
  if (
    compiler.isVariableDeclaration(parent) ||
    compiler.isPropertyAssignment(parent) ||
    compiler.isPropertyDeclaration(parent)
  ) {
    return parent.name.getText();
  }
  return compiler.isBinaryExpression(parent) ? lastName(parent.left.getText()) : undefined;
}

/** As the prelude tells a resource: a class that JavaScript has not by itself. */
function isResource(expression: string): boolean {
  const name = lastName(expression);
  return /^[A-Z]/.test(name) && !(name in globalThis);
}

function lastName(expression: string): string {
  return /(?<![\w$])([\w$]+)$/.exec(expression)?.[1] ?? "";
}
