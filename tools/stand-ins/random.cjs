// Stand-in for the random provider: values are made when the resource is, and are unknown before.
const { randomBytes, randomInt, randomUUID } = require("node:crypto");
const { serve, secret, UNKNOWN } = require("./provider.cjs");

const CHARACTERS = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
};

const TEXT_DEFAULTS = {
  ...{ lower: true, upper: true, number: true, numeric: true, special: true },
  ...{ minLower: 0, minUpper: 0, minNumeric: 0, minSpecial: 0 },
};

function text(inputs) {
  const allowed = { ...TEXT_DEFAULTS, ...inputs };
  const alphabet = Object.entries(CHARACTERS).flatMap(([kind, all]) =>
    allowed[kind] === false ? [] : [...all],
  );
  return Array.from({ length: inputs.length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** For each type: the defaults in a preview, the unknown outputs, and how these are generated. */
const TYPES = {
  "random:index/randomPassword:RandomPassword": {
    defaults: TEXT_DEFAULTS,
    make: (inputs) => ({ id: "none", result: secret(text(inputs)), bcryptHash: secret("") }),
  },
  "random:index/randomString:RandomString": {
    defaults: TEXT_DEFAULTS,
    make: (inputs) => {
      const result = text(inputs);
      return { id: result, result };
    },
  },
  "random:index/randomId:RandomId": {
    defaults: {},
    make: (inputs) => {
      const bytes = randomBytes(inputs.byteLength);
      return {
        id: bytes.toString("base64url"),
        b64Std: bytes.toString("base64"),
        b64Url: bytes.toString("base64url"),
        dec: BigInt(`0x${bytes.toString("hex")}`).toString(),
        hex: bytes.toString("hex"),
      };
    },
  },
  "random:index/randomBytes:RandomBytes": {
    defaults: {},
    make: (inputs) => {
      const bytes = randomBytes(inputs.length);
      return {
        id: "none",
        base64: secret(bytes.toString("base64")),
        hex: secret(bytes.toString("hex")),
      };
    },
  },
  "random:index/randomUuid:RandomUuid": {
    defaults: {},
    make: () => {
      const result = randomUUID();
      return { id: result, result };
    },
  },
  "random:index/randomInteger:RandomInteger": {
    defaults: {},
    make: (inputs) => {
      const result = randomInt(inputs.min, inputs.max + 1);
      return { id: String(result), result };
    },
  },
};

function typeOf(resource) {
  const type = TYPES[resource.type];
  if (type === undefined) throw new Error(`the random stand-in has no type \`${resource.type}\``);
  return type;
}

void serve({
  version: "4.21.2",
  plan: (resource, inputs) => {
    const { defaults, make } = typeOf(resource);
    const { id, ...made } = make({ length: 1, byteLength: 1, min: 0, max: 0 });
    const unknown = Object.fromEntries(Object.keys(made).map((property) => [property, UNKNOWN]));
    return { ...defaults, ...unknown, ...inputs };
  },
  create: (resource, inputs) => {
    const { defaults, make } = typeOf(resource);
    const { id, ...made } = make(inputs);
    return { id, outputs: { ...defaults, ...inputs, ...made } };
  },
  invoke: (token) => {
    throw new Error(`the random stand-in has no function \`${token}\``);
  },
});
