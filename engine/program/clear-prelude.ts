import { typesMarkedBySdk, typesMarkedInTheOpen } from "../../core/snapshot/secret-places";

/** The files of the SDKs for Node of types, as the end of a path. */
const filesOf = (types: readonly string[]): string => types.map(fileOf).join("|");

/**
 * Code for the prelude by which a text that is in plain text in the program stays so where an SDK would mark it.
 *
 * The SDKs of providers mark values at locations for secrets by themselves, whatever the program has: then a key in the
 * program's own text looks like one of Pulumi's secrets. So the modules of these resources get a `secret` that does not mark a
 * text, nor the texts of a map, without a mark of their own. An output has the mark that it has. A text in a callback of a
 * secret output, as `password.apply((text) => …)`, may come out of the secret: there they mark as before.
 *
 * At a location for secrets the monitor marks them again, and records that they were in plain text (`withPlainText`). What an
 * SDK marks outside of such locations has only the marks of the program: principals that may describe the resource read it.
 * The same goes for all other types, of any package whose `package.json` states that it is an SDK.
 */
export const clearPrelude = `
try {
  const { _extensions: extensions, prototype } = require("node:module");
  const load = extensions[".js"];
  const marking = /[\\\\/]@pulumi[\\\\/](?:${filesOf(typesMarkedBySdk)})[.]js$/;
  const markingInTheOpen = /[\\\\/]@pulumi[\\\\/](?:${filesOf(typesMarkedInTheOpen)})[.]js$/;
  const { dirname, join } = require("node:path");
  const { readFileSync } = require("node:fs");
  const sdks = new Map();
  const isSdk = (folder) => {
    let known = sdks.get(folder);
    if (known !== undefined) return known;
    try {
      const { pulumi } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      known = pulumi !== undefined && pulumi.resource === true;
    } catch {
      known = dirname(folder) !== folder && isSdk(dirname(folder));
    }
    sdks.set(folder, known);
    return known;
  };
  const ofSecrets = new (require("node:async_hooks").AsyncLocalStorage)();
  const watched = new WeakSet();
  const watch = (pulumi) => {
    const outputs = Object.getPrototypeOf(pulumi.output(0));
    if (watched.has(outputs)) return;
    watched.add(outputs);
    const { apply } = outputs;
    outputs.apply = function (callback, ...rest) {
      let ofSecret = true;
      Promise.resolve(this.isSecret).then((isSecret) => { ofSecret = isSecret; }, () => {});
      const called = (value) => ofSecret ? ofSecrets.run(true, callback, value) : callback(value);
      if (typeof callback === "function") originals.set(called, callback);
      return apply.call(this, called, ...rest);
    };
  };
  const clearly = (pulumi) => (value) => {
    if (ofSecrets.getStore()) return pulumi.secret(value);
    if (typeof value === "string") return value;
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value) &&
      !(value instanceof Promise) && !pulumi.Output.isInstance(value);
    if (!isMap) return pulumi.secret(value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) =>
      [key, typeof item === "string" ? item : pulumi.secret(item)]));
  };
  const asGiven = (pulumi) => (value) => ofSecrets.getStore() ? pulumi.secret(value) : value;
  extensions[".js"] = (module, file) => {
    const isMarking = markingInTheOpen.test(file) || isSdk(dirname(file));
    const markingBy = marking.test(file) ? clearly : isMarking ? asGiven : undefined;
    if (markingBy !== undefined) {
      module.require = (name) => {
        const loaded = prototype.require.call(module, name);
        if (name !== "@pulumi/pulumi") return loaded;
        watch(loaded);
        const secret = markingBy(loaded);
        return new Proxy(loaded, { get: (_, key) => (key === "secret" ? secret : loaded[key]) });
      };
    }
    load(module, file);
  };
} catch {}
`;

/** The file of a type: `kubernetes/core/v1/secret` for `kubernetes:core/v1:Secret`; a module of AWS names it already. */
function fileOf(type: string): string {
  const [provider = "", module = "", name = ""] = type.split(":");
  const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const folders = module.split("/").filter((part) => part !== file);
  return [provider, ...folders, file].join("[\\\\/]");
}
