// `node --require` this to run TypeScript from source. tsx does that too, but takes half a second to start, and tests start the
// command line more than a hundred times. Compiled code is cached by its source, so it is never stale.
const { ChildProcess } = require("node:child_process");
const { createHash } = require("node:crypto");
const {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const { basename, dirname, join, resolve } = require("node:path");
const { version } = require("typescript/package.json");

if (process.env.MOCHA_WORKER_ID !== undefined) prepareForChildren();

const kept = resolve(__dirname, "../../node_modules/.cache/from-source");
const itself = readFileSync(__filename, "utf8");

Module._extensions[".ts"] = (module, file) => module._compile(compiled(file), file);

/** A relative import of a source means that source, whatever else has its name, such as the JSON it reads. */
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  if (/^\.\.?(\/|$)/.test(request) && parent?.filename?.endsWith(".ts")) {
    const wanted = resolve(dirname(parent.filename), request.replace(/\.js$/, ""));
    const source = [`${wanted}.ts`, join(wanted, "index.ts")].find((file) => existsSync(file));
    if (source !== undefined) return source;
  }
  return resolveFilename.call(this, request, parent, ...rest);
};

/** What a test starts is not traced, which slows it and writes megabytes about code that the tests run themselves. */
function prepareForChildren() {
  const quickStart = `--require ${require.resolve("./quick-start.cjs")}`;
  const options = process.env.NODE_OPTIONS ?? "";
  if (!options.includes(quickStart)) process.env.NODE_OPTIONS = `${options} ${quickStart}`.trim();
  const { spawn } = ChildProcess.prototype;
  ChildProcess.prototype.spawn = function ({ envPairs, ...options }) {
    const untraced = envPairs?.filter((pair) => !pair.startsWith("NODE_V8_COVERAGE="));
    return spawn.call(this, { ...options, envPairs: untraced });
  };
}

function compiled(file) {
  const source = readFileSync(file, "utf8");
  const hash = createHash("sha256");
  for (const part of [version, itself, basename(file), source]) hash.update(part).update("\0");
  const place = join(kept, `${hash.digest("hex")}.js`);
  try {
    return readFileSync(place, "utf8");
  } catch {
    const text = compile(file, source);
    keep(place, text);
    return text;
  }
}

/** As the build does, but with a source map, by which coverage refers to the lines of the source. */
function compile(file, source) {
  const ts = require("typescript");
  const { outputText } = ts.transpileModule(source, {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      inlineSourceMap: true,
    },
    transformers: { before: [(context) => (tree) => requireSources(ts, context, tree)] },
  });
  return outputText;
}

/** Node's own `import("./file.js")` would look for that file, which only the build has. */
function requireSources(ts, context, tree) {
  const { factory } = context;
  const visit = (node) => {
    const [from] = node.arguments ?? [];
    return node.expression?.kind === ts.SyntaxKind.ImportKeyword &&
      ts.isStringLiteral(from) &&
      from.text.startsWith(".")
      ? factory.createCallExpression(factory.createIdentifier("require"), undefined, [from])
      : ts.visitEachChild(node, visit, context);
  };
  return ts.visitNode(tree, visit);
}

/** Keeps a text whole or not at all: others read it at the same time, and a test may leave no room for it. */
function keep(place, text) {
  const half = `${place}.${process.pid}`;
  try {
    mkdirSync(kept, { recursive: true });
    writeFileSync(half, text);
    renameSync(half, place);
  } catch {
    rmSync(half, { force: true });
  }
}
