import { Secret, Unknown, isRecord, type Value } from "../../core/snapshot/value";
import { urnOf } from "../support/resources";
import type { Random } from "./random";

/** Keys that mean something somewhere, so that what is added is looked at. */
const keys = [
  "Statement",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
  "StringLike",
  "ForAnyValue:StringEquals",
  "ForAllValues:StringNotLikeIfExists",
  "Null",
  "AWS",
  "Federated",
  "Service",
  "metadata",
  "spec",
  "template",
  "containers",
  "env",
  "envFrom",
  "volumes",
  "data",
  "stringData",
  "rules",
  "subjects",
  "roleRef",
  "labels",
  "annotations",
  "__proto__",
  "constructor",
  "toString",
  "",
];

const later = new Unknown([urnOf("aws:iam/role:Role", "later")]);

const leaves: readonly Value[] = [
  null,
  true,
  0,
  -1,
  1e308,
  "",
  "*",
  "**",
  "?",
  "${aws:username}",
  "${",
  "arn:aws:iam::111122223333:role/*",
  "arn:aws:iam::aws:policy/AdministratorAccess",
  "arn:::::",
  "system:serviceaccount:acme:desk",
  "system:masters",
  "{{ .PodMeta.Namespace }}",
  "\u0000\u202e\ud800",
  "|",
  "a".repeat(3_000),
  [],
  {},
  later,
  new Unknown([]),
  new Unknown(["", "urn:x"], true),
  new Secret("marked"),
  new Secret({ Statement: ["marked"], name: "marked" }),
];

/** A value like the given one, with a few of its parts changed, doubled, moved, left out, hidden or marked as secret. */
export function mutated(value: Value, random: Random): Value {
  let result = value;
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    result = changedAt(result, random.below(sizeOf(result)), random);
  }
  return result;
}

function sizeOf(value: Value): number {
  return 1 + childrenOf(value).reduce((sum, [, child]) => sum + sizeOf(child), 0);
}

function childrenOf(value: Value): readonly (readonly [string, Value])[] {
  return Array.isArray(value) || isRecord(value) ? Object.entries(value as object) : [];
}

/** The value with its part of that number changed, in the order in which parts are met. */
function changedAt(value: Value, place: number, random: Random): Value {
  if (place === 0) return changed(value, random);
  let before = 1;
  for (const [key, child] of childrenOf(value)) {
    const size = sizeOf(child);
    if (place < before + size) {
      return withChild(value, key, changedAt(child, place - before, random));
    }
    before += size;
  }
  return value;
}

function withChild(value: Value, key: string, child: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).with(Number(key), child);
  return recordOf([
    ...Object.entries(value as object).filter(([name]) => name !== key),
    [key, child],
  ]);
}

function changed(value: Value, random: Random): Value {
  const children = childrenOf(value);
  switch (random.below(8)) {
    case 0:
      return [value];
    case 1:
      return recordOf([[random.of(keys), value]]);
    case 2:
      return children.length === 0 ? random.of(leaves) : random.of(children)[1];
    case 3:
      return without(value, random);
    case 4:
      return doubled(value, random);
    case 5:
      return typeof value === "string" ? brokenText(value, random) : new Secret(value);
    default:
      return random.of(leaves);
  }
}

function without(value: Value, random: Random): Value {
  const children = childrenOf(value);
  if (children.length === 0) return null;
  const left = children.toSpliced(random.below(children.length), 1);
  return Array.isArray(value) ? left.map(([, child]) => child) : recordOf(left);
}

function doubled(value: Value, random: Random): Value {
  const children = childrenOf(value);
  if (children.length === 0) return [value, value];
  const [, again] = random.of(children);
  if (Array.isArray(value)) return [...(value as readonly Value[]), again];
  return recordOf([...children, [random.of(keys), again]]);
}

/** A text with a piece cut out, doubled, or replaced by what means something in patterns and names. */
export function brokenText(text: string, random: Random): string {
  const start = random.below(text.length + 1);
  const end = Math.min(text.length, start + random.below(6));
  const piece = text.slice(start, end);
  const instead = random.of(["", piece + piece, "*", "?", ":", "/", "%3A", "@1", "\u00e9", "${x}"]);
  return text.slice(0, start) + instead + text.slice(end);
}

function recordOf(entries: readonly (readonly [string, Value])[]): Value {
  // A key such as `__proto__` is a key here and no prototype, as JSON.parse has it.
  const record: Record<string, Value> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(record, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return record;
}
