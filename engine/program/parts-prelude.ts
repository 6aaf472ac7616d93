/** The additional property of a resource with the parts of unknown ones. */
export const PARTS_KEY = "agentid:known-parts";

/** The key with how a value was made: `text`, `json`, `policy`, `secret`, `unsecret` or `result`; its sources are under `of`. */
export const MADE_KEY = "agentid:made";

/** No policy is made of more values, or of more characters; nor does a callback that makes one have more. */
const [MOST_VALUES, MOST_CHARACTERS, LONGEST_CALLBACK] = [2_000, 200_000, 20_000];

/**
 * Code for the prelude by which an unknown value carries its sources.
 *
 * The SDK makes one unknown of a text with one unknown part. Its own functions `interpolate`, `concat`, `jsonStringify` and,
 * for `aws.iam.getPolicyDocumentOutput`, `invokeOutput` pass their arguments unchanged, so the arguments show what the text
 * will be. A function of the program never runs on an unknown: if one in `apply` only writes a text, its own source is passed
 * on (`read-callback.ts`).
 *
 * The parts go to the monitor as a further property of the registration, which removes it before any other reader. Where an SDK
 * lacks the functions that this needs, nothing is passed on, and all is as unknown as in the SDK.
 *
 * What is made of a secret is a secret as a whole, by the SDK. Its other parts are passed on, the secret is not.
 */
export const partsPrelude = `
try {
  const sdk = (path) => require(require("node:path").resolve(process.argv[1], "../../..", path));
  const [output, rpc, runtime, invokes, index] =
    ["output", "runtime/rpc", "runtime", "runtime/invoke", "index"].map(sdk);
  const { Output } = output;
  const { Resource, CustomResource } = sdk("resource");
  const { Asset, Archive } = sdk("asset");
  const isPlain = (value) =>
    typeof value === "object" && value !== null && !(value instanceof Promise) && !Output.isInstance(value) &&
    !Resource.isInstance(value) && !Asset.isInstance(value) && !Archive.isInstance(value);
  // The SDK copies what it is given too: a program may change it later.
  const copied = (value) => {
    if (!isPlain(value)) return value;
    if (Array.isArray(value)) return value.map(copied);
    return Object.fromEntries(Object.keys(value).map((key) => [key, copied(value[key])]));
  };
  const how = new WeakMap();
  const told = (made, description) => {
    try {
      if (description !== undefined && Output.isInstance(made)) how.set(made, { ...description, of: copied(description.of) });
    } catch {}
    return made;
  };
  const wrap = (holders, name, describe) => {
    const original = holders[0][name];
    if (typeof original !== "function") return;
    const wrapped = function (...args) {
      return told(original.apply(this, args), describe(args));
    };
    for (const holder of holders) if (holder[name] === original) holder[name] = wrapped;
  };
  const texts = [output, index];
  wrap(texts, "output", ([of]) => ({ of }));
  wrap(texts, "all", ([of]) => ({ of }));
  wrap([Output], "create", ([of]) => ({ of }));
  wrap(texts, "secret", ([of]) => ({ made: "secret", of }));
  wrap(texts, "unsecret", ([of]) => ({ made: "unsecret", of }));
  wrap(texts, "concat", (of) => ({ made: "text", of }));
  wrap(texts, "interpolate", ([literals, ...values]) =>
    ({ made: "text", of: [...literals].flatMap((text, at) => (at < values.length ? [text, values[at]] : [text])) }));
  wrap(texts, "jsonStringify", ([of, replacer]) =>
    replacer === undefined || replacer === null ? { made: "json", of } : undefined);

  const { invokeOutput } = invokes;
  const documentOf = (made) =>
    told(new Proxy(made, {
      get(target, key) {
        const value = target[key];
        const isText = key === "json" || key === "minifiedJson";
        return isText ? told(value, { made: "result", of: made, text: "(made) => made." + key }) : value;
      },
    }), how.get(made));
  const invoked = function (token, args, ...others) {
    const made = invokeOutput.call(this, token, args, ...others);
    if (token !== "aws:iam/getPolicyDocument:getPolicyDocument") return made;
    return documentOf(told(made, { made: "policy", of: args }));
  };
  for (const holder of [invokes, runtime]) if (holder.invokeOutput === invokeOutput) holder.invokeOutput = invoked;

  const { apply } = Output.prototype;
  Output.prototype.apply = function (func, withUnknowns) {
    const result = apply.call(this, func, withUnknowns);
    if (typeof func !== "function" || withUnknowns === true) return result;
    if ((originals.get(func) ?? func) === JSON.stringify) return told(result, { made: "json", of: this });
    const text = writtenAs(func);
    if (text.length > ${LONGEST_CALLBACK}) return result;
    told(result, { made: "result", of: this, text });
    return /\\bgetPolicyDocument(Output)?\\(/.test(text) ? documentOf(result) : result;
  };

  const [signature, unknown, outputs] = [rpc.specialSigKey, rpc.unknownValue, rpc.specialOutputValueSig];
  const isUnknown = (wire) =>
    wire === unknown ||
    (typeof wire === "object" && wire !== null &&
      (wire[signature] === outputs ? !("value" in wire) : Object.values(wire).some(isUnknown)));
  const waits = new WeakMap();
  class Untold extends Error {}
  const partsOf = async (props, serialized) => {
    let [values, characters, described] = [0, 0, 0];
    const counted = (value) => {
      values += 1;
      if (typeof value === "string") characters += value.length;
      if (values > ${MOST_VALUES} || characters > ${MOST_CHARACTERS}) throw new Untold();
      return value;
    };
    const untold = async (made) => {
      const known = waits.get(made);
      if (known !== undefined) return known;
      const resources = [...(await output.getAllResources(made))];
      // Of a component the children may be still to come, and wait for what is registered here.
      const listed = resources.filter((each) => CustomResource.isInstance(each) || each.__remote);
      const dependencies = await Promise.all(listed.map(({ urn }) => urn.promise()));
      const wire = { [signature]: outputs, dependencies };
      waits.set(made, wire);
      return wire;
    };
    const unknownOf = async (made) => {
      const configuredBy = configured.get(made.isKnown);
      if (configuredBy !== undefined) {
        described += 1;
        return { [signature]: outputs, dependencies: [], secret: true, configured: configuredBy };
      }
      const description = how.get(made);
      const isSecret = (await made.isSecret) === true;
      if (description === undefined) return { ...(await untold(made)), ...(isSecret && { secret: true }) };
      described += 1;
      if (!("made" in description)) return partOf(description.of);
      const of = await partOf(description.of);
      const { made: way, text } = description;
      return { ["${MADE_KEY}"]: way, of, ...(text !== undefined && { text }), ...(isSecret && { secret: true }) };
    };
    // What a description names: plain values, and outputs wherever they stand.
    const partOf = async (given) => {
      const value = counted(await given);
      if (Output.isInstance(value)) {
        if (!(await value.isKnown)) return unknownOf(value);
        // What is secret itself is not handed on, but it is where it stands in a text.
        return (await value.isSecret) === true
          ? { [signature]: outputs, dependencies: [], secret: true }
          : partOf(value.promise());
      }
      if (value === undefined || value === null || typeof value === "string" || typeof value === "boolean") return value;
      if (typeof value === "number" && Number.isFinite(value)) return value;
      // All that a resource has, which is not known as a whole.
      if (Resource.isInstance(value)) return { [signature]: outputs, dependencies: [await value.urn.promise()] };
      if (!isPlain(value)) throw new Untold();
      if (Array.isArray(value)) {
        const items = [];
        for (const item of value) items.push((await partOf(item)) ?? null);
        return items;
      }
      const record = Object.create(null);
      for (const key of Object.keys(value)) {
        const part = await partOf(value[key]);
        if (part !== undefined) record[key] = part;
      }
      return record;
    };
    // A property beside what the SDK wrote for it, which stands wherever nothing is unknown.
    const propertyOf = async (given, wire) => {
      if (!isUnknown(wire)) return wire;
      const value = counted(await given);
      if (Output.isInstance(value)) return unknownOf(value);
      if (Array.isArray(value) && Array.isArray(wire) && value.length === wire.length) {
        const items = [];
        for (const [at, item] of value.entries()) items.push(await propertyOf(item, wire[at]));
        return items;
      }
      if (Array.isArray(value) || typeof wire !== "object" || signature in wire || Resource.isInstance(value)) return wire;
      const record = Object.create(null);
      for (const key of Object.keys(wire)) record[key] = await propertyOf(value[key], wire[key]);
      return record;
    };
    const parts = {};
    for (const key of Object.keys(serialized)) {
      const isTold =
        !Output.isInstance(props[key]) || how.has(props[key]) || configured.has(props[key].isKnown);
      if (!isTold || !isUnknown(serialized[key])) continue;
      [values, characters, described] = [0, 0, 0];
      try {
        const part = await propertyOf(props[key], serialized[key]);
        if (described > 0) parts[key] = part;
      } catch (error) {
        if (!(error instanceof Untold)) throw error;
      }
    }
    return parts;
  };
  // A new resource returns its inputs as outputs: what is made of secret configuration stays so.
  const resources = sdk("runtime/resource");
  const { registerResource } = resources;
  resources.registerResource = (res, ...rest) => {
    const made = registerResource(res, ...rest);
    const props = rest[6];
    for (const key of isPlain(props) ? Object.keys(props) : []) {
      if (!Output.isInstance(props[key]) || !Output.isInstance(res[key])) continue;
      if (!comesFromConfiguration(props[key])) continue;
      told(res[key], { of: props[key] });
      derive(res[key], { of: props[key] });
    }
    return made;
  };
  const { serializeResourceProperties } = rpc;
  rpc.serializeResourceProperties = async (label, props, ...others) => {
    const serialized = await serializeResourceProperties(label, props, ...others);
    try {
      const parts = await partsOf(props, serialized[0]);
      if (Object.keys(parts).length > 0) serialized[0]["${PARTS_KEY}"] = parts;
    } catch {}
    return serialized;
  };
} catch {}
`;
