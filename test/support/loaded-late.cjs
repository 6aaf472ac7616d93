// Has the SDK load two modules only when it asks them for something, as programs of tests never have it do: it needs them to
// write functions down as text, and they take more than half of its start.
const Module = require("node:module");
const { basename } = require("node:path");

/** By the file of the SDK that loads it. */
const late = { "codePaths.js": "@npmcli/arborist", "typescript-shim.js": "typescript" };

const load = Module._extensions[".js"];
Module._extensions[".js"] = (module, file) => {
  const name = late[basename(file)];
  if (name !== undefined) {
    module.require = (request) => {
      const loaded = () => Module.prototype.require.call(module, request);
      return request === name ? lateModule(loaded) : loaded();
    };
  }
  load(module, file);
};

/** Said to be an ES module, it is taken as it is and not copied. */
function lateModule(loaded) {
  return new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : loaded()[key]) });
}
