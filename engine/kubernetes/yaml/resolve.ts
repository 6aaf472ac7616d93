/** What a text without quotes is to Kubernetes. */
export type Resolved =
  | { readonly kind: "text" }
  | { readonly kind: "number"; readonly value: number; readonly isWhole: boolean }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" };

const text: Resolved = { kind: "text" };

/** Words that are no texts. */
const words: ReadonlyMap<string, Resolved> = new Map([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word) => [word, { kind: "boolean", value: true }] as const,
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word) => [word, { kind: "boolean", value: false }] as const,
  ),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, { kind: "null" }] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, float(Number.NaN)] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map(
    (word) => [word, float(Infinity)] as const,
  ),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, float(-Infinity)] as const),
]);

/**
 * What a text without quotes and tag is: a number, a truth, nothing or a text.
 *
 * It is YAML 1.1 without sexagesimals, dates staying texts. Source: https://github.com/yaml/go-yaml/blob/v2.4.3/resolve.go.
 */
export function resolvePlain(written: string): Resolved {
  if (!/^[-+.0-9yYnNtTfFoO~]|^$/.test(written)) return text;
  const word = words.get(written);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(written)) return text;
  if (written.startsWith(".")) return decimal(written);
  if (/^[1-9][0-9]{0,14}$/.test(written)) {
    return { kind: "number", value: Number(written), isWhole: true };
  }
  const digits = written.replaceAll("_", "");
  return whole(digits) ?? decimal(digits);
}

function float(value: number): Resolved {
  return { kind: "number", value, isWhole: false };
}

const MOST_SIGNED = 2n ** 63n;
const MOST = 2n ** 64n;

/** A whole number, of Go's forms, that 64 bits hold. */
function whole(digits: string): Resolved | undefined {
  const [, sign = "", base = "", figures = ""] =
    /^([-+]?)(0[xX]|0[oO]|0[bB]|0(?=.)|)([0-9a-fA-F]+)$/.exec(digits) ?? [];
  const allowed = figuresOf[base.toLowerCase()];
  if (allowed?.test(figures) !== true) return signedBinary(digits);
  const value = BigInt((base === "0" ? "0o" : base) + figures);
  const isHeld = sign === "" ? value < MOST : value <= MOST_SIGNED - (sign === "-" ? 0n : 1n);
  if (!isHeld) return undefined;
  const number = Number(value);
  return { kind: "number", value: sign === "-" && number !== 0 ? -number : number, isWhole: true };
}

const figuresOf: Readonly<Partial<Record<string, RegExp>>> = {
  "": /^[0-9]+$/,
  "0": /^[0-7]+$/,
  "0o": /^[0-7]+$/,
  "0b": /^[01]+$/,
  "0x": /^[0-9a-fA-F]+$/,
};

/** `0b-1`, which go-yaml reads as well. */
function signedBinary(digits: string): Resolved | undefined {
  const [, sign, figures = ""] = /^0b([-+])([01]{1,63})$/.exec(digits) ?? [];
  if (sign === undefined) return undefined;
  const number = Number(BigInt(`0b${figures}`));
  return { kind: "number", value: sign === "-" && number !== 0 ? -number : number, isWhole: true };
}

/** A number with a point or an exponent; one too large for 64 bits stays a text. */
function decimal(written: string): Resolved {
  if (!/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(written)) return text;
  const value = Number(written);
  return Number.isFinite(value) ? float(value) : text;
}
