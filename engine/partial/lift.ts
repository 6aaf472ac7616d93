import {
  LeftOut,
  PartialText,
  Secret,
  Unknown,
  isList,
  isRecord,
  type Urn,
  type Value,
} from "../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";

/** More values than an expression has, so that none that doubles what it refers to again and again exhausts memory. */
const MAX_VALUES = 100_000;

/** A value that is made of too many. */
export class HugeValue extends Error {
  override readonly name = "HugeValue";

  constructor() {
    super(`this is made of more than ${MAX_VALUES} values`);
  }
}

/** What is unknown or secret anywhere in values. */
interface Marks {
  values: number;
  readonly dependsOn: Set<Urn>;
  unknown: boolean;
  secret: boolean;
}

/**
 * Makes a value of others that are known: where a part is unknown the result is, where one is secret the result is, as
 * the SDKs do with outputs.
 */
export function lifted(values: readonly Value[], make: (plain: readonly Value[]) => Value): Value {
  const marks = marksOf(values);
  if (marks.unknown) return new Unknown([...marks.dependsOn], marks.secret);
  const plain = values.map(revealed);
  if (!marks.secret) return make(plain);
  const made = madeOfSecret(() => make(plain));
  return made instanceof Unknown ? new Unknown(made.dependsOn, true) : new Secret(made);
}

/** A message about a secret may reveal it. */
function madeOfSecret(make: () => Value): Value {
  try {
    return make();
  } catch {
    throw new Error("does not accept its argument, which is secret");
  }
}

/** The same value with everything unknown in it waiting for one resource: it is that one's output. */
export function dependingOn(value: Value, urn: Urn): Value {
  if (value instanceof LeftOut) return value;
  if (value instanceof Unknown) return new Unknown([urn], value.secret);
  if (value instanceof Secret) return new Secret(dependingOn(value.revealForComparison(), urn));
  if (isList(value)) return value.map((item) => dependingOn(item, urn));
  return isRecord(value) ? mapped(value, (item) => dependingOn(item, urn)) : value;
}

/** Throws a {@link HugeValue} where a value is one. */
export function refuseHuge(value: Value): void {
  marksOf([value]);
}

function marksOf(values: readonly Value[]): Marks {
  const marks: Marks = { values: 0, dependsOn: new Set(), unknown: false, secret: false };
  for (const value of values) mark(value, marks);
  return marks;
}

function mark(value: Value, marks: Marks): void {
  marks.values += value instanceof PartialText ? value.parts.length : 1;
  if (marks.values > MAX_VALUES) throw new HugeValue();
  if (value instanceof Unknown) {
    marks.unknown = true;
    if (value.secret) marks.secret = true;
    for (const urn of value.dependsOn) marks.dependsOn.add(urn);
  } else if (value instanceof Secret) {
    marks.secret = true;
    mark(value.revealForComparison(), marks);
  } else if (isList(value)) {
    for (const item of value) mark(item, marks);
  } else if (isRecord(value)) {
    for (const item of Object.values(value)) mark(item, marks);
  }
}

function revealed(value: Value): Value {
  if (value instanceof Secret) return revealed(value.revealForComparison());
  if (isList(value)) return value.map(revealed);
  return isRecord(value) ? mapped(value, revealed) : value;
}

function mapped(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Value,
): OpenRecord {
  const made: OpenRecord = {};
  for (const [key, value] of Object.entries(record)) setOwn(made, key, change(value));
  return made;
}
