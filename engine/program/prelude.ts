import { DRIVES_PULUMI } from "./driving";
import { clearPrelude } from "./clear-prelude";
import { answersPrelude } from "./answers-prelude";
import { partsPrelude } from "./parts-prelude";

/** The forms of configuration values, as `require` and its relatives return them. */
const forms = ["text", "boolean", "number", "object"] as const;

/** The form of a configuration value. */
export type ConfigurationForm = (typeof forms)[number];

/** What the prelude reports over the extra pipe, one JSON object a line. */
export type Report =
  | {
      readonly kind: "threw";
      readonly name: string;
      readonly message: string;
      readonly stack: string;
      readonly code: string;
      /** The cause in the error; empty without one. */
      readonly cause: string;
      /** Whether it is an error; another value has no stack. */
      readonly isError: boolean;
    }
  /** The program logged an error, from this call. */
  | { readonly kind: "logged"; readonly stack: string }
  /** A call to the monitor failed: from then on the SDK declares nothing more, and passes over it in silence. */
  | { readonly kind: "disconnected" }
  /** A callback was not called although a real preview has its value: its text, empty if that is too long, and who gave it. */
  | {
      readonly kind: "skipped";
      readonly text: string;
      readonly stack: string;
      readonly isConfigured?: boolean;
    }
  /** A promise resolved to a stand-in, or was rejected, where a real preview has an answer. */
  | {
      readonly kind: "stand-in";
      /** The token of the function, or the names of methods, separated by `|`. */
      readonly call: string;
      /** The full key of secret configuration whose value it stands for. */
      readonly configuration?: string;
      /** The names of its parts that are stand-ins, where it is not one as a whole. */
      readonly members?: readonly string[];
      readonly stack: string;
      readonly isRefused?: boolean;
    }
  /** The program read configuration without a value, by its full key. */
  | { readonly kind: "unset"; readonly key: string }
  /** The program requires configuration without a value, and received a placeholder: its full key, and the form of its value. */
  | {
      readonly kind: "lacking";
      readonly key: string;
      readonly form: ConfigurationForm;
      readonly isSecret: boolean;
      readonly stack: string;
    }
  /** The event loop ran empty, which is how a program ends by itself. */
  | { readonly kind: "drained" }
  /** The process is about to end; the SDK may still raise the code. */
  | { readonly kind: "exiting"; readonly code: number; readonly stack: string }
  /** A line that is no report of the prelude: the program wrote to its descriptor, and a report may have been lost in that. */
  | { readonly kind: "foreign" };

/** The descriptor the prelude writes to. */
const REPORT_DESCRIPTOR = 3;

/** The descriptor whose other end closes when no process waits for the program any more. */
const PARENT_DESCRIPTOR = 4;

/**
 * Code for `node -e` that loads the SDK's runner and reports what the program throws.
 *
 * The SDK prints errors by `util.inspect` with colours, which on Node 20.20 loops until memory ends where a frame reads
 * `node_modules/@scope/file`, as its own source-mapped frames do. So the error is taken before the SDK sees it.
 *
 * Top-level code of an ES module has no name, so its frames are written without brackets, in which alone the SDK looks for places.
 *
 * Callbacks that are not called, and promises that resolve to stand-ins, are reported (`answers-prelude.ts`).
 *
 * Configuration that is requested and has no value is reported, since a file that was not read may have it.
 *
 * What a loader of ES modules throws comes from a thread of its own as an object that has nothing but a way to show itself.
 *
 * More than half of what the SDK loads at its start are npm's reader of installed packages and TypeScript's compiler, which it
 * uses only to write a program's functions as text, and the parts of OpenTelemetry that export traces. They are loaded on their
 * first use. They are marked as ES modules, so that they are not copied.
 *
 * A program may drive Pulumi by the Automation API, and so make what it declares: it is stopped before it starts the CLI.
 *
 * The runner starts the program a moment after it is loaded. In between, two costs without a use here are taken out
 * of the SDK: a source-mapped stack trace for each of its promises, and a call for each line of its debug log. And what
 * the SDK keeps to itself is reported: that it gave up calling the monitor. A program whose parent was killed ends, with its
 * children, since no parent would end it.
 *
 * @param runner the runner's file
 * @param hasUnread whether there is configuration that was not read
 * @param goesOn whether the program receives a placeholder for configuration that it requires and that has no value
 */
export function preludeFor(runner: string, hasUnread: boolean, goesOn: boolean): string {
  return `
const { writeSync } = require("node:fs");
const say = (report) => {
  try { writeSync(${REPORT_DESCRIPTOR}, JSON.stringify(report) + "\\n"); } catch {}
};
const shown = (error) => {
  try { return error[Symbol.for("nodejs.util.inspect.custom")](); } catch { return ""; }
};
const written = (value) => {
  try { return typeof value === "string" ? value : require("node:util").inspect(value, { depth: 1, breakLength: Infinity, customInspect: false }); } catch { return ""; }
};
const fail = (thrown) => {
  const error = Object(thrown);
  const text = (value) => (value === undefined || value === null ? "" : String(value).slice(0, 20000));
  const isError = typeof error.stack === "string" || shown(error) !== "";
  say({
    kind: "threw",
    name: text(error.name),
    message: text(error.message ?? (error === thrown && shown(error) || written(thrown))),
    stack: text(error.stack) + (declaredAt.has(error) ? "\\n" + placesOf(declaredAt.get(error)).stack : ""),
    isError,
    code: text(error.code),
    cause: text(error.cause?.message || error.cause?.code),
  });
  process.exit(32);
};
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
process.once("beforeExit", () => say({ kind: "drained" }));
process.once("exit", (code) => say({ kind: "exiting", code, stack: placesOf(new Error()).stack }));
try {
  const parent = new (require("node:net").Socket)({ fd: ${PARENT_DESCRIPTOR} });
  parent.on("error", () => {}).on("close", () => process.kill(-process.pid, "SIGKILL"));
  parent.resume().unref();
} catch {}
process.argv.splice(1, 0, ${JSON.stringify(runner)});
const [hasUnread, goesOn] = [${hasUnread}, ${goesOn}];
${answersPrelude}try {
  const Module = require("node:module");
  const { _extensions: extensions, prototype } = Module;
  const load = extensions[".js"];
  const seldomUsed = [
    [/[\\\\/]closure[\\\\/]codePaths[.]js$/, /^@npmcli[/]arborist$/],
    [/[\\\\/]cmd[\\\\/]run[\\\\/]tracing[.]js$/, /^@opentelemetry[/](?!api$)/],
  ];
  const late = (loaded) => new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : loaded()[key]) });
  extensions[".js"] = (module, file) => {
    const [, unused] = seldomUsed.find(([end]) => end.test(file)) ?? [];
    if (unused !== undefined) {
      module.require = (name) => {
        const loaded = () => prototype.require.call(module, name);
        return unused.test(name) ? late(loaded) : loaded();
      };
    }
    if (/[\\\\/]@pulumi[\\\\/]pulumi[\\\\/]typescript-shim[.]js$/.test(file)) {
      let whole;
      module.exports = late(() => {
        if (whole === undefined) {
          whole = Object.assign(new Module(file, module), { filename: file, paths: module.paths });
          load(whole, file);
        }
        return whole.exports;
      });
      return;
    }
    load(module, file);
    watchCopy(file, module.exports, (name) => prototype.require.call(module, name));
    if (/[\\\\/]@pulumi[\\\\/]pulumi[\\\\/]automation[\\\\/]cmd[.]js$/.test(file)) {
      const refuse = () => { throw Object.assign(new Error("a program that drives Pulumi"), { code: "${DRIVES_PULUMI}" }); };
      const { PulumiCommand } = module.exports;
      if (PulumiCommand !== undefined) Object.assign(PulumiCommand, { get: refuse, install: refuse });
      if (module.exports.runPulumiCmd !== undefined) module.exports.runPulumiCmd = refuse;
    }
  };
} catch {}
require(process.argv[1]);
try {
  const debuggable = require(require("node:path").resolve(process.argv[1], "../../../runtime/debuggable"));
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
  const log = require(require("node:path").resolve(process.argv[1], "../../../log"));
  log.debug = () => Promise.resolve();
  const { error } = log;
  log.error = (...args) => {
    say({ kind: "logged", stack: placesOf(new Error()).stack });
    return error(...args);
  };
} catch {}
try {
  const { Resource } = require(require("node:path").resolve(process.argv[1], "../../../resource"));
  Resource.framePositionRegExp =
    /^\\s*at (?:.* \\(|async )?(?<file>.*):(?<line>[0-9]+):(?<column>[0-9]+)\\)?$/;
} catch {}
${partsPrelude}${clearPrelude}try {
  const config = require(require("node:path").resolve(process.argv[1], "../../../runtime/config"));
  const { getConfig } = config;
  const unset = new Set();
  config.getConfig = (key) => {
    const value = getConfig(key);
    if (value === undefined && !unset.has(key)) {
      unset.add(key);
      say({ kind: "unset", key });
    }
    return value;
  };
} catch {}
try {
  const settings = require(require("node:path").resolve(process.argv[1], "../../../runtime/settings"));
  const { terminateRpcs } = settings;
  settings.terminateRpcs = (...args) => {
    say({ kind: "disconnected" });
    return terminateRpcs(...args);
  };
} catch {}
`;
}

/** Reads the reports of a prelude, whose descriptor the program can write to as well: of each report it takes what fits. */
export function readReports(text: string): readonly Report[] {
  return text.split("\n").flatMap((line) => (line === "" ? [] : [readReport(line)]));
}

function readReport(line: string): Report {
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = Object(JSON.parse(line)) as Readonly<Record<string, unknown>>;
  } catch {
    return { kind: "foreign" };
  }
  const text = (key: string): string => {
    const value = fields[key];
    return typeof value === "string" ? value : "";
  };
  const kind = text("kind");
  switch (kind) {
    case "threw":
      return {
        kind,
        name: text("name"),
        message: text("message"),
        stack: text("stack"),
        code: text("code"),
        cause: text("cause"),
        isError: fields["isError"] === true,
      };
    case "logged":
      return { kind, stack: text("stack") };
    case "skipped":
      return {
        kind,
        text: text("text"),
        stack: text("stack"),
        isConfigured: fields["isConfigured"] === true,
      };
    case "stand-in": {
      const isRefused = fields["isRefused"] === true;
      const { members } = fields;
      return {
        kind,
        call: text("call"),
        stack: text("stack"),
        ...(text("configuration") !== "" && { configuration: text("configuration") }),
        ...(Array.isArray(members) && {
          members: members.filter((name): name is string => typeof name === "string"),
        }),
        ...(isRefused && { isRefused }),
      };
    }
    case "unset":
      return { kind, key: text("key") };
    case "lacking": {
      const form = forms.find((each) => each === text("form")) ?? "text";
      const isSecret = fields["isSecret"] === true;
      return { kind, key: text("key"), form, isSecret, stack: text("stack") };
    }
    case "exiting":
      // Where a program sets its exit code as a text, Node hands out that.
      return { kind, code: Number(fields["code"]) || 0, stack: text("stack") };
    case "disconnected":
    case "drained":
      return { kind };
    default:
      return { kind: "foreign" };
  }
}
