import { configurationPrelude } from "./configuration-prelude";

/** The additional argument of a function call that marks some arguments as secret. */
export const SECRET_ARGS_KEY = "agentid:secret-arguments";

/** Longest text of a callback that is reported, in characters. */
const LONGEST_CALLBACK = 20_000;

/** Most characters of callbacks that are reported in all; of further ones only the place is. */
const MOST_CHARACTERS = 1_000_000;

/**
 * Code for the prelude that reports each callback that is not called, and each promise that resolves to a stand-in, although a
 * real preview has the value: outputs of other stacks, resources that are read, and functions without a recorded answer.
 *
 * Outputs of resources that are still to be created are unknown in a real preview as well, and are not reported. So each output
 * remembers what it was made of (`derived`), and each callback what it returned (`returned`).
 *
 * It patches every copy of the SDK that the program loads, as soon as a file of the copy is loaded and before its exports are
 * copied.
 */
export const answersPrelude = `
const [originals, derived, returned, readings] = [new WeakMap(), new WeakMap(), new WeakMap(), new WeakSet()];
${configurationPrelude}const writtenAs = (func) => Function.prototype.toString.call(originals.get(func) ?? func);
const isObject = (value) => typeof value === "object" && value !== null;
const isOutput = (value) => isObject(value) && value.__pulumiOutput === true;
const isResource = (value) => isObject(value) && value.__pulumiResource === true;
const isStandIn = (value) => isObject(value) && value.__pulumiUnknown === true;
const found = (value, isSought, into = [], seen = new Set()) => {
  if (!isObject(value) || seen.has(value) || seen.size > 10000) return into;
  seen.add(value);
  if (isSought(value)) into.push(value);
  else if (!isOutput(value) && !isResource(value) && !(value instanceof Promise)) {
    for (const key of Object.keys(value)) found(value[key], isSought, into, seen);
  }
  return into;
};
const waitsForNew = async (output) => {
  const all = await (output.allResources === undefined ? output.resources() : output.allResources());
  return [...all].some((each) => each.__pulumiCustomResource === true && !readings.has(each));
};
// An output is a proxy around itself; what it hands out as isKnown is one object for both.
const derive = (output, from) => isObject(output.isKnown) && derived.set(output.isKnown, from);
const settled = new WeakMap();
// Whether an output is known in a real preview.
const knownInPreview = (output) => {
  const key = output.isKnown;
  if (!settled.has(key)) settled.set(key, (async () => {
    if (await key) return true;
    const from = derived.get(key);
    if (from === undefined) return !(await waitsForNew(output));
    const given = found([from.of, await returned.get(key)], (value) => isOutput(value) || value instanceof Promise);
    for (const each of given) {
      if (each instanceof Promise) found(await each.catch(() => {}), isOutput, given);
      else if (!(await knownInPreview(each)) || (from.isCall && await waitsForNew(each))) return false;
    }
    return true;
  })());
  return settled.get(key);
};
const comesFromConfiguration = (output, seen = new Set()) => {
  const key = output.isKnown;
  if (seen.has(key)) return false;
  seen.add(key);
  const made = () => found([derived.get(key)?.of, returned.get(key)], isOutput);
  return configured.has(key) || made().some((each) => comesFromConfiguration(each, seen));
};
const sdkFolders = new Set();
const isPath = (name) => /[\\\\/].*[\\\\/]/.test(name ?? "") && !/^node:/.test(name);
// Where a call stands by its sources, and whether the SDK itself makes it, which source maps of the SDK do not show.
const placesOf = (error) => {
  const { prepareStackTrace } = Error;
  let caller;
  Error.prepareStackTrace = (of, sites) => {
    caller = sites.map((site) => site.getFileName()).find(isPath);
    return prepareStackTrace === undefined ? sites.map((site) => "    at " + site).join("\\n") : prepareStackTrace(of, sites);
  };
  try {
    const lines = String(error.stack).split("\\n").filter((line) => isPath(/^\\s*at (?:.*\\()?(.+):\\d+:\\d+\\)?$/.exec(line)?.[1]));
    const isOfSdk = [...sdkFolders].some((folder) => caller?.startsWith(folder) || caller?.startsWith("file://" + folder));
    return { isOfSdk, stack: lines.slice(0, 6).map((line) => line.slice(0, 1000)).join("\\n") };
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
};
const reported = new Set();
let characters = 0;
const reportOnce = (report) => {
  const key = JSON.stringify(report);
  if (reported.has(key)) return;
  reported.add(key);
  characters += key.length;
  if (characters > ${MOST_CHARACTERS} && "text" in report) report.text = "";
  if (characters < ${2 * MOST_CHARACTERS}) say(report);
};
// A callback of which a glance shows that it computes nothing but a value.
const plainTexts = new Map();
const isPlainText = (text) => {
  let plain = plainTexts.get(text);
  if (plain === undefined) {
    const body = text.replace(/^(?:async\\s+)?(?:\\([\\w$\\s,]*\\)|[\\w$]+)\\s*=>/, "");
    plain = body !== text && text.length < 500 &&
      !/\\(|\\+\\+|--|[^=!<>]=[^=]|\\b(?:delete|new|import)\\b|[\\w$)\\]}"']\\s*\\x60(?!\\s*$)|\\)\\s*\\x60/.test(body);
    plainTexts.set(text, plain);
  }
  return plain;
};
const watchOutputs = (exported) => {
  const { Output } = exported;
  const { apply } = Output.prototype;
  Output.prototype.apply = function (func, withUnknowns) {
    let made;
    const called = typeof func !== "function" ? func : (value) => {
      const result = func(value);
      if (isObject(result)) Promise.resolve().then(() => returned.set(made.isKnown, result));
      return result;
    };
    made = apply.call(this, called, withUnknowns);
    derive(made, { of: this });
    if (typeof func === "function" && withUnknowns !== true) {
      const text = writtenAs(func);
      if (!isPlainText(text)) {
        const at = new Error();
        Promise.resolve(this.isKnown).then(async (isKnown) => {
          if (isKnown || !(await knownInPreview(this))) return;
          const { isOfSdk, stack } = placesOf(at);
          if (isOfSdk || isIntrinsic(originals.get(func) ?? func)) return;
          const isConfigured = comesFromConfiguration(this);
          reportOnce({ kind: "skipped", text: text.length > ${LONGEST_CALLBACK} ? "" : text, stack, isConfigured });
        }).catch(() => {});
      }
    }
    return made;
  };
  for (const name of Object.keys(exported)) {
    const original = exported[name];
    if (typeof original !== "function" || /^(?:[A-Z]|is|contains|getAll|deferred)/.test(name)) continue;
    exported[name] = function (...args) {
      const made = original.apply(this, args);
      if (isOutput(made) && !args.includes(made)) derive(made, { of: args });
      return made;
    };
  }
  const { create } = Output;
  if (typeof create === "function") Output.create = (...args) => {
    const made = create.apply(Output, args);
    if (!args.includes(made)) derive(made, { of: args });
    return made;
  };
};
const intrinsics = new Set();
for (const holder of [globalThis, JSON, Math, Object, Array, String, Number, Buffer, Date, Promise]) {
  for (const { value } of Object.values(Object.getOwnPropertyDescriptors(holder))) {
    if (typeof value === "function") intrinsics.add(value);
  }
}
for (const unsafe of [eval, Function]) intrinsics.delete(unsafe);
const isIntrinsic = (func) => intrinsics.has(func);
const watchResources = (exported) => {
  for (const name of ["readResource", "getResource"]) {
    const original = exported[name];
    if (typeof original === "function") exported[name] = (res, ...rest) => {
      readings.add(res);
      return original(res, ...rest);
    };
  }
  const { registerResource } = exported;
  if (typeof registerResource === "function") exported.registerResource = (res, ...rest) => {
    declarations.set("resource:" + rest[2] + "[" + rest[1] + "]", new Error());
    // What is imported is read in a preview.
    if (rest.some((each) => isObject(each) && typeof each.import === "string")) readings.add(res);
    return registerResource(res, ...rest);
  };
};
const watchFunctions = (exported, unknown) => {
  for (const name of ["invokeOutput", "invokeSingleOutput", "call", "callSingle"]) {
    const original = exported[name];
    if (typeof original === "function") exported[name] = function (token, args, ...rest) {
      const made = original.call(this, token, args, ...rest);
      if (isOutput(made)) derive(made, { of: [args, rest[0]?.dependsOn], isCall: true });
      return made;
    };
  }
  for (const name of ["invoke", "invokeSingle"]) {
    const original = exported[name];
    if (typeof original === "function") exported[name] = function (token, args, ...rest) {
      const at = new Error();
      const answer = original.call(this, token, args, ...rest);
      if (typeof answer?.then !== "function") return answer;
      return answer.then((result) => {
        const isAsked = found(args, isStandIn).length === 0;
        if (isAsked && found(result, isStandIn).length === 0) return result;
        reportOnce({ kind: "stand-in", call: String(token), stack: placesOf(at).stack });
        return isAsked ? result : unknownAnswer(unknown);
      }, (error) => {
        if (/has no recorded answer/.test(error?.message)) {
          reportOnce({ kind: "stand-in", call: String(token), stack: placesOf(at).stack, isRefused: true });
        }
        throw error;
      });
    };
  }
};
// Where resources are declared, by the labels that the SDK gives them, and for each error in their inputs: its own stack has only the SDK.
const [declarations, declaredAt] = [new Map(), new WeakMap()];
const watchInputs = (exported) => {
  const { serializeResourceProperties } = exported;
  if (typeof serializeResourceProperties === "function") exported.serializeResourceProperties = async (label, ...rest) => {
    const at = declarations.get(label);
    try {
      return await serializeResourceProperties(label, ...rest);
    } catch (error) {
      if (isObject(error) && at !== undefined) declaredAt.set(error, at);
      throw error;
    }
  };
};
// A provider is handed secrets without their marks.
const watchSecrets = (exported) => {
  watchInputs(exported);
  const { unwrapSecretValues } = exported;
  if (typeof unwrapSecretValues === "function") exported.unwrapSecretValues = (values) => {
    const [plain, hasSecrets] = unwrapSecretValues(values);
    return [hasSecrets && isObject(plain) && !Array.isArray(plain) ? { ...plain, "${SECRET_ARGS_KEY}": true } : plain, hasSecrets];
  };
};
const watchReferences = ({ StackReference }, unknown) => {
  const { readOutputValue } = StackReference.prototype;
  if (typeof readOutputValue !== "function") return;
  StackReference.prototype.readOutputValue = async function (caller, name, required) {
    const at = new Error();
    const output = required ? this.requireOutput(name) : this.getOutput(name);
    if (await output.isKnown) return readOutputValue.call(this, caller, name, required);
    reportOnce({ kind: "stand-in", call: "getOutputDetails|getOutputValue|requireOutputValue", stack: placesOf(at).stack });
    return [unknown, false];
  };
};
// Where a copy of the SDK has no such file or form, its values stay as the SDK gives them.
const watchCopy = (file, exported, require) => {
  const [, name] = /[\\\\/]@pulumi[\\\\/]pulumi[\\\\/](output|config|metadata|stackReference|runtime[\\\\/](?:resource|rpc|invoke))[.]js$/.exec(file) ?? [];
  try {
    if (name === "output") {
      sdkFolders.add(file.slice(0, -"output.js".length));
      watchOutputs(exported);
    }
    if (name === "config") watchConfiguration(exported, require("./output"), require("./runtime/config"));
    else if (name === "metadata") watchOrganization(exported);
    else if (name === "stackReference") watchReferences(exported, require("./output").unknown);
    else if (name?.endsWith("resource")) watchResources(exported);
    else if (name?.endsWith("rpc")) watchSecrets(exported);
    else if (name?.endsWith("invoke")) watchFunctions(exported, require("../output").unknown);
  } catch {}
};
`;
