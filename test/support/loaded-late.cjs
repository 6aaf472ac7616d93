// Makes the SDK load some modules only on demand, which programs and packs of tests hardly ever cause: npm's reader and
// TypeScript to serialise functions, and TypeScript to run packs and plugins that are JavaScript already. They take more than
// half of a start.
const Module = require("node:module");
const { basename, sep } = require("node:path");

const sdk = ["", "node_modules", "@pulumi", "pulumi", ""].join(sep);

/** By the file of the SDK that imports modules: their replacements. */
const late = {
  "runtime/closure/codePaths.js": { arborist: lateModule },
  "typescript-shim.js": { typescript: lateModule },
  "tsutils.js": { typescript: lateTypeScript },
  "cmd/run-policy-pack/run.js": { typescript: lateTypeScript, "ts-node": lateCompiler },
  "cmd/run-plugin/run.js": { typescript: lateTypeScript, "ts-node": lateCompiler },
};

const load = Module._extensions[".js"];
Module._extensions[".js"] = (module, file) => {
  const [, path] = file.split(sdk);
  const given = path === undefined ? undefined : late[path.replaceAll(sep, "/")];
  if (given !== undefined) {
    module.require = (request) => {
      const loaded = () => Module.prototype.require.call(module, request);
      // The SDK has a `ts-node@7.0.1` of its own, and imports it by its path.
      const [name] = basename(request).split("@");
      return given[name] === undefined ? loaded() : given[name](loaded);
    };
  }
  load(module, file);
};

/** Said to be an ES module, it is taken as it is and not copied. */
function lateModule(loaded, known = {}) {
  return new Proxy(
    { __esModule: true, ...known },
    { get: (its, key) => (key in its ? its[key] : loaded()[key]) },
  );
}

/** The version of TypeScript is read wherever a pack starts. */
function lateTypeScript(loaded) {
  return lateModule(loaded, { version: require("typescript/package.json").version });
}

/** `ts-node`, which compiles what is TypeScript from the first file of it on. */
function lateCompiler(loaded) {
  return lateModule(loaded, {
    register: (options) => {
      Module._extensions[".ts"] = (module, file) => {
        delete Module._extensions[".ts"];
        loaded().register(options);
        Module._extensions[".ts"](module, file);
      };
    },
  });
}
