// Keeps what V8 makes of the code of this checkout for the next process: most of what a short one does is compile the same
// SDKs once more. Node does it itself from 22.1 on.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join, relative, resolve, sep } = require("node:path");
const { cachedDataVersionTag } = require("node:v8");
const { Script, constants } = require("node:vm");

const checkout = resolve(__dirname, "../..");
const installed = `${sep}node_modules${sep}`;
// V8's code fits only its own flags, which are in the tag.
const kept = join(checkout, "node_modules/.cache/compiled-code", String(cachedDataVersionTag()));

if (Module.enableCompileCache !== undefined) Module.enableCompileCache(kept);
else keepCompiled();

function keepCompiled() {
  const made = [];
  const compileWhole = Module.prototype._compile;
  Module.prototype._compile = function (content, file, format) {
    const script = isToBeKept(content, file, format) ? scriptOf(content, file, made) : undefined;
    if (script === undefined) return compileWhole.call(this, content, file, format);
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, requireOf(this), this, file, resolve(file, ".."));
  };
  // By the end of a process functions are compiled too that were not yet when their file was.
  process.once("exit", () => {
    mkdirSync(kept, { recursive: true });
    for (const { place, script } of made) keep(place, script.createCachedData());
  });
}

/** What is installed is the same wherever tests install it, in each run. */
function nameOf(file) {
  return file.slice(file.lastIndexOf(installed) + 1);
}

/** The code of a CommonJS module; undefined for what is none, such as an ES module that only its text identifies. */
function scriptOf(content, file, made) {
  const place = join(
    kept,
    createHash("sha1").update(nameOf(file)).update("\0").update(content).digest("hex"),
  );
  const cachedData = readIfThere(place);
  try {
    const script = new Script(Module.wrap(content), {
      filename: file,
      cachedData,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (cachedData === undefined || script.cachedDataRejected) made.push({ place, script });
    return script;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isToBeKept(content, file, format) {
  const [folder] = relative(checkout, file).split(sep);
  // Programs are left to Node, which keeps its own frames out of the stack of what they throw.
  const isOfProgram = ["..", "test", "test-real", "examples"].includes(folder);
  if (isOfProgram && !file.includes(installed)) return false;
  if (format === "module" || content.startsWith("#!")) return false;
  // Cached code cannot import; TypeScript mentions `import()`, and has none.
  return !/\bimport\s*\(/.test(content) || file.endsWith(`${sep}typescript.js`);
}

/** `require` as a module has it, which Node does not export. */
function requireOf(module) {
  const requireIt = (id) => module.require(id);
  requireIt.resolve = (request, options) =>
    Module._resolveFilename(request, module, false, options);
  requireIt.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  requireIt.main = process.mainModule;
  requireIt.extensions = Module._extensions;
  requireIt.cache = Module._cache;
  return requireIt;
}

function readIfThere(place) {
  try {
    return readFileSync(place);
  } catch {
    return undefined;
  }
}

/** Keeps it whole or not at all: others read it at the same time. */
function keep(place, code) {
  const half = `${place}.${process.pid}`;
  try {
    writeFileSync(half, code);
    renameSync(half, place);
  } catch {
    rmSync(half, { force: true });
  }
}
