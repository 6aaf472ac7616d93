import { read } from "../../../core/snapshot/read";
import {
  Secret,
  Unknown,
  hidden,
  isList,
  isRecord,
  type Value,
  type ValueRecord,
} from "../../../core/snapshot/value";

/** What AWS Cloud Control calls the inputs of a thing, each with how the AWS provider has it; those of one name are left out. */
export type Spellings = Readonly<Record<string, string | Spelling>>;

/** How the AWS provider has an input of AWS Cloud Control. */
export interface Spelling {
  /** Its name. Default: as in AWS Cloud Control; an empty text where its parts replace it. */
  readonly to?: string;
  /** How its parts are called; of a list, those of each item. */
  readonly parts?: Spellings;
  /**
   * Whether it is a list of pairs where the AWS provider has a map, and what the two parts of a pair are called. The last of
   * a key counts.
   */
  readonly pairs?: readonly [key: string, value: string];
  /** Whether it is a list of which the AWS provider has the only item. */
  readonly only?: true;
}

/** Tags, as CloudFormation has them: `[{ Key, Value }]`. */
export const tags: Spelling = { pairs: ["key", "value"] };

/** A value as the AWS provider has it; marks of what is secret or not known stay where they are. */
export function respelled(value: Value, spellings: Spellings): Value {
  if (value instanceof Secret) return new Secret(respelled(value.revealForComparison(), spellings));
  if (isList(value)) return value.map((item) => respelled(item, spellings));
  if (!isRecord(value)) return value;
  // By entries, so that a key such as `__proto__` is one like any other.
  const entries = Object.entries(value).flatMap(([name, part]): [string, Value][] => {
    const spelling = spellingOf(spellings, name);
    if (spelling.to === "") return Object.entries(partsIn(part, spelling.parts ?? {}));
    return [[spelling.to ?? name, inShape(part, spelling)]];
  });
  return Object.fromEntries(entries);
}

/** The parts of a value, which replace it: where it is unknown, none of them is known. */
function partsIn(value: Value, parts: Spellings): ValueRecord {
  if (value instanceof Unknown) {
    return Object.fromEntries(classicNames(parts).map((name) => [name, value]));
  }
  if (value instanceof Secret) {
    const plain = Object.entries(partsIn(value.revealForComparison(), parts));
    return Object.fromEntries(plain.map(([name, part]) => [name, hidden(part)]));
  }
  const now = respelled(value, parts);
  return isRecord(now) ? now : {};
}

function spellingOf(spellings: Spellings, name: string): Spelling {
  const spelling = Object.hasOwn(spellings, name) ? spellings[name] : undefined;
  return typeof spelling === "string" ? { to: spelling } : (spelling ?? {});
}

function inShape(value: Value, spelling: Spelling): Value {
  if (value instanceof Secret) return new Secret(inShape(value.revealForComparison(), spelling));
  const { parts, pairs, only } = spelling;
  if (pairs !== undefined && isList(value)) return mapOf(value, pairs);
  const whole = only === true && isList(value) ? (value[0] ?? null) : value;
  return parts === undefined ? whole : respelled(whole, parts);
}

/**
 * A list of pairs as a map. A pair whose key is not known, or is itself secret, may be any: nothing is then known of the map.
 */
function mapOf(list: readonly Value[], [key, value]: readonly [string, string]): Value {
  const entries: [string, Value][] = [];
  for (const item of list) {
    const pair = item instanceof Secret ? item.revealForComparison() : item;
    const name = read(pair, key);
    if (name.kind === "unknown") return new Unknown(name.dependsOn, name.secret);
    if (name.kind === "secret") return new Unknown([], true);
    if (name.kind !== "present" || typeof name.value !== "string" || !isRecord(pair)) continue;
    const part = pair[value] ?? null;
    entries.push([name.value, item instanceof Secret ? hidden(part) : part]);
  }
  return Object.fromEntries(entries);
}

/**
 * A property that the AWS provider has, as AWS Cloud Control has it: `inlinePolicies[0].policy` is
 * `policies[0].policyDocument`.
 *
 * Of a map that is a list of pairs there, only the location of the list is returned.
 */
export function declaredProperty(property: string, spellings: Spellings): string {
  const [, before = "", first = "", rest = ""] =
    /^((?:\[\d+\])*\.?)(\w+)(.*)$/s.exec(property) ?? [];
  if (first === "") return property;
  for (const name of Object.keys(spellings)) {
    const { to = name, parts = {}, pairs, only } = spellingOf(spellings, name);
    if (to === "" && classicNames(parts).includes(first)) {
      return `${before}${name}.${declaredProperty(`${first}${rest}`, parts)}`;
    }
    if (to !== first) continue;
    if (pairs !== undefined) return `${before}${name}`;
    return `${before}${name}${only === true ? "[0]" : ""}${declaredProperty(rest, parts)}`;
  }
  return property;
}

/** What the AWS provider calls inputs that are spelled so. */
function classicNames(spellings: Spellings): readonly string[] {
  return Object.keys(spellings).flatMap((name) => {
    const { to = name, parts = {} } = spellingOf(spellings, name);
    return to === "" ? classicNames(parts) : [to];
  });
}
