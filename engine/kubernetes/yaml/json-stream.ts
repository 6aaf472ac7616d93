/** A value of JSON, and from where to where it stands in a text. */
interface JsonValue {
  readonly value: unknown;
  readonly at: number;
  readonly end: number;
}

/** What a text begins with. */
export interface JsonStream {
  readonly values: readonly JsonValue[];
  /** Whether nothing else follows. */
  readonly isWhole: boolean;
}

/** Values of JSON nested deeper are not read: what follows recurses, and no real one comes near. */
const MAX_DEPTH = 256;

/** Reads values of JSON that stand one after the other, as Go's decoder does, up to what is none. */
export function jsonStream(text: string): JsonStream {
  const values: JsonValue[] = [];
  for (let at = afterSpace(text, 0); at < text.length;) {
    const end = valueEnd(text, at);
    const found = end === undefined ? undefined : parsed(text.slice(at, end));
    if (end === undefined || found === undefined) return { values, isWhole: false };
    values.push({ value: found.value, at, end });
    at = afterSpace(text, end);
  }
  return { values, isWhole: true };
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (/[ \t\r\n]/.test(text.charAt(at))) at += 1;
  return at;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

const word = /null|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;

function valueEnd(text: string, at: number): number | undefined {
  const first = text.charAt(at);
  if (first === '"') return stringEnd(text, at);
  if (first === "{" || first === "[") return bracketEnd(text, at);
  word.lastIndex = at;
  return word.test(text) ? word.lastIndex : undefined;
}

function stringEnd(text: string, at: number): number | undefined {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charAt(before) === "\\") before -= 1;
    if ((end - before) % 2 === 1) return end + 1;
  }
  return undefined;
}

function bracketEnd(text: string, at: number): number | undefined {
  for (const { depth, end } of partsOf(text, at)) {
    if (depth > MAX_DEPTH) return undefined;
    if (depth === 0) return end;
  }
  return undefined;
}

/** A bracket, a comma, a colon or a text of JSON. */
interface Part {
  readonly sign: string;
  readonly at: number;
  readonly end: number;
  /** In how many brackets what follows it stands. */
  readonly depth: number;
}

function* partsOf(text: string, from: number): Generator<Part> {
  let depth = 0;
  for (let at = from; at < text.length;) {
    const sign = text.charAt(at);
    const end = sign === '"' ? stringEnd(text, at) : at + 1;
    if (end === undefined) return;
    if (sign === "{" || sign === "[") depth += 1;
    if (sign === "}" || sign === "]") depth -= 1;
    if ('{}[],:"'.includes(sign)) yield { sign, at, end, depth };
    at = end;
  }
}

/** Where the items of the list `items` of an object begin; none where it has no such list. */
export function jsonItemPlaces(text: string, { at: start, end }: JsonValue): readonly number[] {
  const places: number[] = [];
  let key: unknown;
  let isInside = false;
  let isNext = false;
  for (const part of partsOf(text, start)) {
    if (part.at >= end) break;
    const { sign, depth } = part;
    if (isInside && isNext && sign === "{" && depth === 3) places.push(part.at);
    isNext = (sign === "[" && depth === 2) || (sign === "," && depth === 2);
    if (depth === 1 && sign === '"') key = parsed(text.slice(part.at, part.end))?.value;
    if (depth === 1 && sign === "]") isInside = false;
    if (depth === 2 && sign === "[" && key === "items") {
      isInside = true;
      places.length = 0;
    }
  }
  return places;
}
