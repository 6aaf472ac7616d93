import { setOwn, type OpenRecord } from "../../../core/snapshot/record";
import type { Value } from "../../../core/snapshot/value";
import { YamlMistake } from "./mistake";
import type { YamlNode } from "./parser";

/**
 * The value of a document as Kubernetes has it: with aliases and merge keys carried out, and every key a text.
 *
 * Source: https://github.com/yaml/go-yaml/blob/v2.4.3/decode.go, and https://github.com/kubernetes-sigs/yaml, which makes JSON of it.
 * Keys that a map has twice are refused, of which Kubernetes takes the last.
 */
export function decodeNode(root: YamlNode): Value {
  return new Decoder().value(root);
}

/** A map that is being made. */
interface OpenMap {
  readonly record: OpenRecord;
  /** Keys that a merge gave, which may be written again. */
  merged?: Set<string>;
  /** Keys that are no texts: `1` and `"1"` are two in Go, and one in JSON. */
  others?: Set<string>;
}

class Decoder {
  /** Of the document itself. */
  #steps = 1;
  #aliasSteps = 0;
  #aliasDepth = 0;
  readonly #open = new Set<YamlNode>();

  value(node: YamlNode): Value {
    this.#step(node);
    switch (node.kind) {
      case "scalar":
        return scalarValue(node);
      case "list":
        return node.items.map((item) => this.value(item));
      case "map": {
        const record: OpenRecord = {};
        this.#fill({ record }, node, false);
        return record;
      }
      case "alias":
        return this.#within(node, () => this.value(node.target));
    }
  }

  #fill(open: OpenMap, { entries }: Extract<YamlNode, { kind: "map" }>, isMerged: boolean): void {
    const { record } = open;
    for (let index = 0; index < entries.length; index += 2) {
      const [key, value] = [entries[index] as YamlNode, entries[index + 1] as YamlNode];
      if (isMerge(key)) {
        this.#merge(open, value);
        continue;
      }
      const { name, isText } = this.#key(key);
      const isTaken = Object.hasOwn(record, name);
      const isOther = isTaken && (!isText || open.others?.has(name) === true);
      if (isOther || (isTaken && !isMerged && open.merged?.has(name) !== true)) {
        throw new YamlMistake(key.at, "map keys must be unique");
      }
      if (isMerged) (open.merged ??= new Set()).add(name);
      if (!isText) (open.others ??= new Set()).add(name);
      setOwn(record, name, this.value(value));
    }
  }

  /** A merged value replaces an earlier one, as in go-yaml 2. */
  #merge(open: OpenMap, node: YamlNode): void {
    const items = node.kind === "list" ? [...node.items].reverse() : [node];
    for (const item of items) {
      const map = item.kind === "alias" ? item.target : item;
      if (map.kind !== "map") {
        throw new YamlMistake(item.at, "map merge requires map or sequence of maps as the value");
      }
      const fill = (): void => {
        this.#step(map);
        this.#fill(open, map, true);
      };
      if (item === map) {
        fill();
      } else {
        this.#step(item);
        this.#within(item, fill);
      }
    }
  }

  #key(node: YamlNode): { readonly name: string; readonly isText: boolean } {
    this.#step(node);
    if (node.kind === "alias") return this.#within(node, () => this.#key(node.target));
    if (node.kind !== "scalar") throw new YamlMistake(node.at, "invalid map key");
    const value = scalarValue(node);
    if (typeof value === "string") return { name: value, isText: true };
    const name = keyName(resolvedScalar(node));
    if (name === undefined) throw new YamlMistake(node.at, "a key of this form is not read here");
    return { name, isText: false };
  }

  #within<T>(alias: YamlNode, read: () => T): T {
    if (this.#open.has(alias)) throw new YamlMistake(alias.at, "an anchor contains itself");
    this.#open.add(alias);
    this.#aliasDepth += 1;
    const found = read();
    this.#aliasDepth -= 1;
    this.#open.delete(alias);
    return found;
  }

  /** Refuses, as go-yaml does, a document that is for the most part made by aliases: so no file exhausts memory. */
  #step(node: YamlNode): void {
    this.#steps += 1;
    if (this.#aliasDepth > 0) this.#aliasSteps += 1;
    const isMany = this.#aliasSteps > 100 && this.#steps > 1000;
    if (isMany && this.#aliasSteps / this.#steps > allowedRatio(this.#steps)) {
      throw new YamlMistake(node.at, "document contains excessive aliasing");
    }
  }
}

function allowedRatio(steps: number): number {
  const [low, high] = [400_000, 4_000_000];
  if (steps <= low) return 0.99;
  return steps >= high ? 0.1 : 0.99 - (0.89 * (steps - low)) / (high - low);
}

const standard = "tag:yaml.org,2002:";

function isMerge(node: YamlNode): boolean {
  if (node.kind !== "scalar" || node.text !== "<<") return false;
  return node.isPlain || node.tag === `${standard}merge`;
}

type ScalarNode = Extract<YamlNode, { kind: "scalar" }>;

function scalarValue(node: ScalarNode): Value {
  const { text, tag, isPlain, at } = node;
  if (tag === `${standard}binary`) return decodedBase64(text, at);
  if (!isPlain && tag === "") return text;
  const found = resolvedScalar(node);
  switch (found.kind) {
    case "text":
      return text;
    case "null":
      return null;
    case "boolean":
      return found.value;
    case "number":
      if (!Number.isFinite(found.value)) {
        throw new YamlMistake(at, "a number that is infinite or none cannot be written as JSON");
      }
      return found.value;
  }
}

const kindsOfTags: ReadonlyMap<string, Resolved["kind"]> = new Map([
  ["bool", "boolean"],
  ["int", "number"],
  ["float", "number"],
  ["null", "null"],
]);

function resolvedScalar({ text, tag, at }: ScalarNode): Resolved {
  if (tag === "") return resolvePlain(text);
  const name = tag.startsWith(standard) ? tag.slice(standard.length) : "";
  if (name === "timestamp") throw new YamlMistake(at, "the tag `!!timestamp` is not read here");
  const wanted = kindsOfTags.get(name);
  if (wanted === undefined) return { kind: "text" };
  const found = resolvePlain(text);
  const isFit = found.kind === wanted && (found.kind !== "number" || fits(found, name));
  if (!isFit) throw new YamlMistake(at, `a value is no \`!!${name}\`, which its tag names`);
  return found;
}

function fits({ value, isWhole }: Extract<Resolved, { kind: "number" }>, name: string): boolean {
  // A whole number beyond the signed ones is none that a tag makes a fraction of.
  return name === "int" ? isWhole : !isWhole || value < 2 ** 63;
}

function decodedBase64(text: string, at: number): string {
  const digits = text.replace(/[\r\n]/g, "");
  const isValid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(digits);
  const bytes = Buffer.from(digits, "base64");
  const decoded = bytes.toString("utf8");
  if (!isValid || !Buffer.from(decoded, "utf8").equals(bytes)) {
    throw new YamlMistake(at, "the tag `!!binary` is read here of texts alone");
  }
  return decoded;
}

/** How Go writes a key that is no text; undefined where that is not sure. */
function keyName(key: Resolved): string | undefined {
  if (key.kind === "boolean") return String(key.value);
  if (key.kind !== "number" || Object.is(key.value, -0)) return undefined;
  const name = String(key.value);
  if (key.isWhole) return Number.isSafeInteger(key.value) ? name : undefined;
  return /^-?[0-9]{1,4}(?:\.[0-9]{1,2})?$/.test(name) ? name : undefined;
}

/** What a text without quotes is to Kubernetes. */
type Resolved =
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
function resolvePlain(written: string): Resolved {
  if (!/^[-+.0-9yYnNtTfFoO~]|^$/.test(written)) return text;
  const word = words.get(written);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(written)) return text;
  if (written.startsWith(".")) return fraction(written);
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

/** A whole number, of Go's forms, that fits in 64 bits. */
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

/** A number that begins with its point: underscores in it are those of Go, each between two digits. */
function fraction(written: string): Resolved {
  return /_(?![0-9])|(?<![0-9])_/.test(written) ? text : decimal(written.replaceAll("_", ""));
}

/** A number with a point or an exponent; one too large for 64 bits stays a text. */
function decimal(written: string): Resolved {
  if (!/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(written)) return text;
  const value = Number(written);
  return Number.isFinite(value) ? float(value) : text;
}
