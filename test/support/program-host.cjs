// Runs one Pulumi program after another, each as `node -e PRELUDE -- ARGUMENT...` does. A process for each program spends most of its
// time on loading the same SDKs. Each program gets its own modules, globals, listeners and environment. See program-host.ts.
const { createHook } = require("node:async_hooks");
const { writeSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");
const { Script, compileFunction, constants } = require("node:vm");

/** Modules that stay loaded, since they store nothing of a program. */
const stateless =
  /[\\/]node_modules[\\/](?:@grpc|@npmcli|@opentelemetry|google-protobuf|js-yaml|semver|typescript|yaml)[\\/]|[\\/]@pulumi[\\/]pulumi[\\/](?:proto[\\/]|runtime[\\/]closure[\\/]v8Hooks)/;

/** Files that no program changes. */
const installed = /[\\/](?:node_modules|dist)[\\/]/;

/** The line after the output of a program, on each descriptor. */
const END = "\0end of the program\n";

/** Thrown by `process.exit`, after which a program runs no further. */
const exited = new Error("exited");

keepCompiled();
const exitHost = process.exit;
// Streams of the process itself are none of a program.
const ownHandles = new Set([process.stdout, process.stderr, ...process._getActiveHandles()]);
const restore = restoring();
/** Whether the program called `process.exit` or threw. */
let hasExited = false;
/** Timers that the program has started. */
let timers = [];
process.on("message", run);
process.on("disconnect", () => exitHost());
const { emit } = process;
process.emit = (name, ...args) =>
  name === "uncaughtException" ? onThrown(...args) : emit.call(process, name, ...args);

function run({ prelude, args, cwd, env }) {
  process.channel.unref();
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.argv[0], ...args];
  const module = new Module("[eval]");
  module.filename = join(cwd, "[eval]");
  module.paths = Module._nodeModulePaths(cwd);
  hasExited = false;
  process.exit = exit;
  whenDrained(end);
  try {
    compileFunction(prelude, ["require"])((id) => module.require(id));
  } catch (error) {
    onThrown(error);
  }
}

/** Does what Node does with an error that a program does not catch, and returns true for Node to do nothing more. */
function onThrown(error, origin = "uncaughtException") {
  if (hasExited || error === exited) return true;
  try {
    if (emit.call(process, "uncaughtException", error, origin)) return true;
    writeSync(2, `${error?.stack ?? error}\n`);
    exit(1);
  } catch (thrown) {
    if (thrown !== exited) exitHost(7);
  }
  return true;
}

/** Ends a program at once: whatever it has open is closed. */
function exit(code = process.exitCode) {
  if (!hasExited) {
    process.exitCode = code;
    hasExited = true;
    try {
      process.emit("exit", code ?? 0);
    } finally {
      for (const timer of timers) clearTimeout(timer);
      for (const handle of process._getActiveHandles()) {
        if (!ownHandles.has(handle)) (handle.destroy ?? handle.close ?? handle.kill).call(handle);
      }
    }
  }
  throw exited;
}

/** Ends a program as Node does once its event loop is empty, and waits for the next program. */
function end() {
  if (!hasExited) process.emit("exit", process.exitCode ?? 0);
  hasExited = true;
  const code = Number(process.exitCode ?? 0);
  timers = [];
  restore();
  for (const descriptor of [1, 2, 3]) writeSync(descriptor, END);
  process.send(code);
  process.channel.ref();
}

/** Calls back once the event loop is empty and the listeners of `beforeExit` have started nothing more. */
function whenDrained(done) {
  let started = 1;
  const work = createHook({
    init: (_, type, __, resource) => {
      if (type !== "TickObject" && type !== "PROMISE") started += 1;
      if (type === "Timeout") timers.push(resource);
    },
  });
  const look = () => {
    work.disable();
    if (started === 0) return done();
    // Node emits `beforeExit` again only after an event.
    setImmediate(() => {});
    started = 0;
    work.enable();
    listen();
  };
  // Twice, since a listener of the SDK starts work one tick later.
  const listen = () =>
    process.once("beforeExit", () => process.nextTick(() => process.nextTick(look)));
  work.enable();
  listen();
}

/** Compiles each installed file once; its code runs again for each program. */
function keepCompiled() {
  const scripts = new Map();
  const load = Module._extensions[".js"];
  const compile = Module.prototype._compile;
  Module._extensions[".js"] = (module, file) => {
    const script = scripts.get(file);
    if (script === undefined) load(module, file);
    else execute(script, module, file);
  };
  Module.prototype._compile = function (content, file, format) {
    const script = format === "module" ? undefined : scriptOf(content, file);
    if (script === undefined) return compile.call(this, content, file, format);
    scripts.set(file, script);
    return execute(script, this, file);
  };
}

/** Undefined for files of programs and for code that is no CommonJS module. */
function scriptOf(content, file) {
  if (!installed.test(file) || content.startsWith("#!")) return undefined;
  try {
    return new Script(Module.wrap(content), {
      filename: file,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function execute(script, module, file) {
  const run = script.runInThisContext();
  return run.call(module.exports, module.exports, requireOf(module), module, file, dirname(file));
}

/** The `require` of a module. */
function requireOf(module) {
  const own = (id) => module.require(id);
  own.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  own.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  own.main = process.mainModule;
  own.extensions = Module._extensions;
  own.cache = Module._cache;
  return own;
}

/** A function that undoes all later changes of the process. */
function restoring() {
  const globals = new Set(Reflect.ownKeys(globalThis));
  const loader = [Module._extensions, Module.prototype, Module].map((of) => [of, { ...of }]);
  const ofErrors = ["prepareStackTrace", "stackTraceLimit"].map((key) => [
    key,
    Object.getOwnPropertyDescriptor(Error, key),
  ]);
  // The channel to the parent has listeners of its own.
  const ownEvents = ["internalMessage", "message", "disconnect", "newListener", "removeListener"];
  const listenersOf = () =>
    process
      .eventNames()
      .filter((name) => !ownEvents.includes(name))
      .map((name) => [name, process.rawListeners(name)]);
  const listeners = listenersOf();
  return () => {
    for (const key of Reflect.ownKeys(globalThis)) {
      // Stateless modules find each other by symbols, and messages of google-protobuf by `proto`.
      if (typeof key === "string" && key !== "proto" && !globals.has(key)) delete globalThis[key];
    }
    for (const file of Object.keys(Module._cache)) {
      if (!stateless.test(file) && file !== __filename) delete Module._cache[file];
    }
    for (const key of Object.keys(Module._extensions)) delete Module._extensions[key];
    for (const [of, before] of loader) Object.assign(of, before);
    for (const [key, before] of ofErrors) {
      if (before === undefined) delete Error[key];
      else Object.defineProperty(Error, key, before);
    }
    for (const [name] of listenersOf()) process.removeAllListeners(name);
    for (const [name, before] of listeners) for (const each of before) process.on(name, each);
    process.exitCode = undefined;
  };
}
