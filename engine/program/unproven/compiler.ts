import { existsSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";

/** The compiler of TypeScript. */
export type Compiler = typeof import("typescript");

let held: (() => Compiler) | undefined;

/**
 * The compiler's file in a built package, beside the command that has this code.
 *
 * It is no dependency: where a project has no compiler of its own, Pulumi would compile the user's program by ours.
 */
const packed = join(__dirname, "typescript.js");

/**
 * Holds the compiler's file in memory, once, and returns what loads the compiler from there.
 *
 * To be called before a program runs, since a program may change the file. Loading it takes longer than most programs run, so
 * that waits until it is needed.
 */
export function heldCompiler(): () => Compiler {
  held ??= hold();
  return held;
}

function hold(): () => Compiler {
  const require = createRequire(__filename);
  const file = existsSync(packed) ? packed : require.resolve("typescript");
  const loaded = require.cache[file];
  if (loaded !== undefined) return () => loaded.exports as Compiler;
  const source = readFileSync(file);
  let compiler: Compiler | undefined;
  return () => (compiler ??= run(file, source, require));
}

/** Runs the compiler's file; it is whole, so that it gets modules of Node alone. */
function run(file: string, source: Buffer, require: NodeJS.Require): Compiler {
  const parameters = ["exports", "require", "module", "__filename", "__dirname"];
  const compiled = compileFunction(source.toString("utf8"), parameters, { filename: file });
  const module = { exports: {} };
  const ofNode = (name: string): unknown => {
    if (isBuiltin(name)) return require(name);
    throw new Error(`\`${name}\` is not loaded for the compiler`);
  };
  Reflect.apply(compiled, undefined, [module.exports, ofNode, module, file, dirname(file)]);
  return module.exports as Compiler;
}
