import { createHash } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import {
  ConfiguredSecret,
  PartialText,
  Secret,
  Unknown,
  hidden,
  unhidden,
  isList,
  isRecord,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { memberOf } from "../program/configured-secret";
import { messageOf } from "../yaml-text";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import { lifted } from "../partial/lift";
import { partlyMade } from "../partial/partly-made";

/** A function of the language: of its argument, evaluated. Throws a sentence where it takes no such argument. */
type Builtin = (argument: Value, folders: Folders) => Value;

/** Where files are read from. */
export interface Folders {
  /** The program's folder, by which paths are relative. */
  readonly directory: string;
  /** The project's folder, outside of which nothing is read. */
  readonly root: string;
}

/**
 * The functions that Pulumi YAML has of its own, by their names in lower case, from
 * https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/#built-in-functions.
 */
export const builtins: Readonly<Record<string, Builtin>> = {
  "fn::tojson": (argument) =>
    argument instanceof Unknown && !(argument instanceof PartialText)
      ? new Unknown(argument.dependsOn, argument.secret)
      : partlyMade([argument], ([value = null]) => toJson(value)),
  // A secret in another encoding is the same secret.
  "fn::tobase64": (argument) =>
    argument instanceof ConfiguredSecret
      ? argument
      : lifted([argument], ([value]) => Buffer.from(text(value)).toString("base64")),
  "fn::frombase64": (argument) =>
    argument instanceof ConfiguredSecret
      ? argument
      : lifted([argument], ([value]) => Buffer.from(text(value), "base64").toString()),
  "fn::sha1": (argument) =>
    lifted([argument], ([value]) => createHash("sha1").update(text(value)).digest("hex")),
  "fn::join": (argument) => {
    const [separator, items] = two(argument);
    const join = ([by, parts]: readonly Value[]): string => list(parts).map(text).join(text(by));
    return (isList(items) ? partlyMade : lifted)([separator, items], join);
  },
  "fn::split": (argument) => {
    const [separator, whole] = two(argument);
    return lifted([separator, whole], ([by, value]) => text(value).split(text(by)));
  },
  "fn::select": (argument) => {
    const [index, items] = two(argument);
    if (isList(items) && typeof index === "number") return items[index] ?? outOfRange(index);
    return lifted([index, items], ([at, values]) => {
      const number = Number(at);
      return list(values)[number] ?? outOfRange(number);
    });
  },
  "fn::length": (argument) =>
    isList(argument)
      ? argument.length
      : lifted([argument], ([value]) => (typeof value === "string" ? value : list(value)).length),
  "fn::singleornone": (argument) =>
    lifted([argument], ([value]) => {
      const items = list(value);
      if (items.length > 1) throw new Error("takes a list of one item at most");
      return items[0] ?? null;
    }),
  "fn::secret": (argument) =>
    argument instanceof Unknown ? hidden(argument) : new Secret(argument),
  "fn::unsecret": unhidden,
  "fn::readfile": (argument, folders) =>
    lifted([argument], ([path]) => file(path, folders).toString("utf8")),
  "fn::filebase64": (argument, folders) =>
    lifted([argument], ([path]) => file(path, folders).toString("base64")),
  "fn::filebase64sha256": (argument, folders) =>
    lifted([argument], ([path]) =>
      createHash("sha256").update(file(path, folders)).digest("base64"),
    ),
  "fn::stringasset": (argument) => ({ text: argument }),
  "fn::fileasset": (argument) => ({ path: argument }),
  "fn::remoteasset": (argument) => ({ uri: argument }),
  "fn::filearchive": (argument) => ({ path: argument }),
  "fn::remotearchive": (argument) => ({ uri: argument }),
  "fn::assetarchive": (argument) => ({ assets: argument }),
};

/** As Go writes it, with keys sorted: https://pkg.go.dev/encoding/json#Marshal. */
function toJson(value: Value): string {
  return JSON.stringify(sorted(value)).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function sorted(value: Value): Value {
  if (isList(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const record: OpenRecord = {};
  for (const key of Object.keys(value).sort()) setOwn(record, key, sorted(value[key] ?? null));
  return record;
}

/** A value within a text, as `${…}` puts it there: nothing as Go prints it. */
export function plainText(value: Value): string {
  if (value === null) return "<nil>";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * What a name or number leads to in a record or list; null where a record has no such name. Throws where a list has no such
 * item, and at what is neither.
 */
export function stepInto(value: Value, step: string | number): Value {
  if (value instanceof ConfiguredSecret) return memberOf(value, step);
  if (value instanceof Unknown) return new Unknown(value.dependsOn, value.secret);
  if (value instanceof Secret) {
    const inner = stepInto(value.revealForComparison(), step);
    return inner instanceof Unknown ? new Unknown(inner.dependsOn, true) : new Secret(inner);
  }
  if (isList(value)) {
    if (typeof step !== "number") throw new Error(`\`${step}\` is taken of a list, by no number`);
    const item = value[step];
    if (item === undefined) throw new Error(`a list of ${value.length} has no item ${step}`);
    return item;
  }
  if (!isRecord(value)) throw new Error(`\`${step}\` is taken of what is no map and no list`);
  return Object.hasOwn(value, step) ? ((value as ValueRecord)[step] ?? null) : null;
}

function two(argument: Value): readonly [Value, Value] {
  if (!isList(argument) || argument.length !== 2) throw new Error("takes a list of two");
  const [first = null, second = null] = argument;
  return [first, second];
}

function list(value: Value | undefined): readonly Value[] {
  if (!isList(value)) throw new Error("takes a list");
  return value;
}

function text(value: Value | undefined): string {
  if (typeof value !== "string") throw new Error("takes a text");
  return value;
}

function outOfRange(index: number): never {
  throw new Error(`has no item ${index} to take`);
}

function file(path: Value | undefined, { directory, root }: Folders): Buffer {
  const name = text(path);
  const named = isAbsolute(name) ? name : join(directory, name);
  let real: string;
  try {
    real = realpathSync(named);
    if (isWithin(real, realpathSync(root)) && statSync(real).isFile()) return readFileSync(real);
  } catch (error) {
    throw new Error(`cannot read \`${name}\`: ${messageOf(error)}`, { cause: error });
  }
  throw new Error(
    isWithin(real, realpathSync(root))
      ? `cannot read \`${name}\`: it is no file`
      : `does not read \`${name}\`, which is outside the project's folder`,
  );
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way.split(sep)[0] !== "..";
}
