// `node --expose-internals --require` this in `agentid` or its pack: writes the files that it opens once a program runs, one a line, into the
// file that OPENED names; with OPENED_SINCE=start all that it opens. A process that starts no program takes SIGUSR2 for that,
// and writes at the next SIGUSR2. It is below `fs` and the loaders of modules, so that nothing passes it by.
const { ChildProcess } = require("node:child_process");
const { writeFileSync } = require("node:fs");
const { internalBinding } = require("internal/test/binding");

/** By binding of Node: the functions whose first argument is a path that is opened or looked for. */
const reading = {
  fs: ["open", "openFileHandle", "readFileUtf8", "internalModuleReadJSON", "internalModuleStat"],
  modules: ["readPackageJSON", "getNearestParentPackageJSON", "getNearestParentPackageJSONType"],
};

const { OPENED: list, OPENED_SINCE: since } = process.env;
delete process.env.OPENED;
const opened = new Set();
let hasBegun = since === "start";

for (const [name, functions] of Object.entries(reading)) {
  const binding = bindingOf(name);
  for (const each of functions) {
    const read = binding[each];
    if (read === undefined) continue;
    binding[each] = function (path, ...rest) {
      if (hasBegun && typeof path === "string") opened.add(path);
      return Reflect.apply(read, this, [path, ...rest]);
    };
  }
}

const { spawn } = ChildProcess.prototype;
ChildProcess.prototype.spawn = function (...args) {
  hasBegun = true;
  return spawn.apply(this, args);
};

const write = () => {
  hasBegun = false;
  writeFileSync(list, [...opened].join("\n"));
};
process.on("exit", write);
process.on("SIGUSR2", () => {
  if (hasBegun) write();
  else hasBegun = true;
});

/** Older versions of Node have no binding `modules`. */
function bindingOf(name) {
  try {
    return internalBinding(name);
  } catch {
    return {};
  }
}
