import { ORGANIZATION_STAND_IN } from "./stand-in-texts";

/**
 * Code for the prelude by which a program never receives the value of secret configuration, nor an invented organization.
 *
 * A value from `getSecret` and `requireSecret` is an unknown secret. It has the number of its key, so that one secret is the same
 * wherever it is used. `get` and `require` return a text, so they return a stand-in for secret configuration (`stand-in-texts.ts`).
 * For another form they return the SDK's unknown. Each such call is reported, and the source shows whether the program decides
 * by the value.
 *
 * A program may lack configuration that it requires. A second run then goes on with placeholders, to find all that is missing at
 * once. It never leads to a verdict.
 */
export const configurationPrelude = `
// The outputs of secret configuration, each with the number of its key: no value that the user gave is used.
const configured = new WeakMap();
const numberOf = (text) =>
  parseInt(require("node:crypto").createHash("sha256").update(text).digest("hex").slice(0, 12), 16);
// The stand-in for a secret value; its properties and items are such outputs too, as \`configured-secret.ts\` has them.
const configuredOutput = (sdk, number) => {
  const members = new Map();
  const made = new sdk.Output([], Promise.resolve(sdk.unknown), Promise.resolve(false), Promise.resolve(true), Promise.resolve([]));
  configured.set(made.isKnown, number);
  return new Proxy(made, {
    get: (target, key) => {
      const value = target[key];
      if (typeof key !== "string" || !isOutput(value)) return value;
      if (!members.has(key)) members.set(key, configuredOutput(sdk, numberOf(number + "." + key)));
      return members.get(key);
    },
  });
};
// An object of unknown form: any property is unknown, and as a list it is empty.
const missingObject = (unknown) => new Proxy(unknown, {
  get: (target, key) => {
    if (key === "then") return undefined;
    if (key in target) return target[key];
    const listed = [][key];
    return typeof listed === "function" ? listed.bind([]) : key === "length" ? 0 : typeof key === "symbol" ? undefined : unknown;
  },
});
const placeholderOf = (sdk, full, form, options) => {
  if (form === "Boolean") return false;
  if (form === "Number") return options?.min ?? 1;
  const [allowed] = options?.allowedValues ?? [];
  return allowed !== undefined ? allowed : form === "Object" ? missingObject(sdk.unknown) : "encrypted-" + numberOf(full) + "-value";
};
const reportLacking = (key, form, isSecret) =>
  reportOnce({ kind: "lacking", key, form: form.toLowerCase() || "text", isSecret, stack: placesOf(new Error()).stack });
const SECRET_STAND_IN = /^encrypted-(\\d+)-value$/;
const watchConfiguration = ({ Config: { prototype } }, sdk, { getConfig }) => {
  for (const form of ["", "Boolean", "Number", "Object"]) {
    for (const how of ["get", "require"]) {
      const [secretName, name] = [how + "Secret" + form, how + form];
      const { [secretName]: ofSecret, [name]: original } = prototype;
      if (typeof ofSecret === "function") prototype[secretName] = function (key, ...rest) {
        const full = this.fullKey(key);
        const given = getConfig(full);
        if (given === undefined && goesOn && how === "require") reportLacking(full, form, true);
        else if (given === undefined && !(hasUnread && how === "require")) return ofSecret.call(this, key, ...rest);
        const [, number] = SECRET_STAND_IN.exec(given) ?? [];
        return configuredOutput(sdk, number === undefined ? numberOf(full) : Number(number));
      };
      if (typeof original === "function") prototype[name] = function (key, ...rest) {
        const full = this.fullKey(key);
        const given = getConfig(full);
        if (given === undefined && goesOn && how === "require") {
          reportLacking(full, form, false);
          return placeholderOf(sdk, full, form, rest[0]);
        }
        const isWhole = given !== undefined && SECRET_STAND_IN.test(given);
        const members = isWhole || form !== "Object" ? [] : secretMembers(given);
        if (!isWhole && members.length === 0) return original.call(this, key, ...rest);
        reportOnce({ kind: "stand-in", call: name, configuration: full, members, stack: placesOf(new Error()).stack });
        // Of no other form than a text is there a value in its place.
        return !isWhole ? original.call(this, key, ...rest) : form === "" ? given : unknownAnswer(sdk.unknown);
      };
    }
  }
};
// The names of the properties and items of plain configuration that are secret.
const secretMembers = (text) => {
  const names = new Set();
  const visit = (value, name) => {
    if (typeof value === "string" && SECRET_STAND_IN.test(value)) names.add(name);
    else if (isObject(value)) for (const key of Object.keys(value)) visit(value[key], key);
  };
  try { visit(JSON.parse(text), ""); } catch {}
  return [...names];
};
const unknownAnswer = (unknown) => new Proxy(unknown, {
  get: (target, key) => key === "then" || typeof key === "symbol" ? undefined : key in target ? target[key] : unknown,
});
const watchOrganization = (exported) => {
  const { getOrganization } = exported;
  if (typeof getOrganization === "function") exported.getOrganization = () => {
    const organization = getOrganization();
    if (organization === "${ORGANIZATION_STAND_IN}") {
      reportOnce({ kind: "stand-in", call: "getOrganization", stack: placesOf(new Error()).stack });
    }
    return organization;
  };
};
`;
