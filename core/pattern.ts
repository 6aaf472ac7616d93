import { countWork } from "./work";

/** A piece of a pattern: literal text, one character of any kind, or any text. */
export type PatternPiece =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "one" }
  | { readonly kind: "many" };

/** A pattern as IAM reads it; two literals never follow each other. */
export type Pattern = readonly PatternPiece[];

/** So many steps of a comparison count as one unit of work. */
const cellsInOne = 16;

const one: PatternPiece = { kind: "one" };
const many: PatternPiece = { kind: "many" };

/** Reads a text in which `*` matches any text and `?` one character (a UTF-16 unit); nothing escapes them. */
export function parsePattern(text: string): Pattern {
  const pieces: PatternPiece[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const character = text[at];
    if (character !== "*" && character !== "?" && character !== undefined) continue;
    if (at > start) pieces.push({ kind: "literal", text: text.slice(start, at) });
    if (character !== undefined) pieces.push(character === "*" ? many : one);
    start = at + 1;
  }
  return pieces;
}

/** Whether a text has a wildcard, that is, whether as a pattern it could match anything but itself. */
export function hasWildcard(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

/**
 * Whether the whole text matches the pattern.
 *
 * Takes time in proportion to the text and the pattern; a stretch with `?` costs its length at each place it is tried.
 */
export function matches(pattern: string | Pattern, text: string): boolean {
  countWork(1 + text.length / cellsInOne);
  if (typeof pattern === "string" && !hasWildcard(pattern)) return pattern === text;
  const [first, ...later] = segmentsOf(toPattern(pattern));
  const last = later.pop();
  if (last === undefined) return first.length === text.length && fitsAt(first, text, 0);
  const end = text.length - last.length;
  if (first.length > end || !fitsAt(first, text, 0) || !fitsAt(last, text, end)) return false;
  let from = first.length;
  for (const segment of later) {
    const found = find(segment, text, from);
    if (found === -1) return false;
    from = found + segment.length;
  }
  return from <= end;
}

/** Whether some text matches both patterns. Takes time in proportion to the product of their lengths. */
export function patternsOverlap(a: string | Pattern, b: string | Pattern): boolean {
  if (typeof a === "string" && !hasWildcard(a)) return matches(b, a);
  if (typeof b === "string" && !hasWildcard(b)) return matches(a, b);
  const left = codesOf(toPattern(a));
  const right = codesOf(toPattern(b));
  if (startsDiffer(left, right)) return false;
  countWork(1 + (left.length * right.length) / cellsInOne);
  // reachable[j]: one text can match `left` up to here and `right` up to j.
  let reachable = passMany(startRow(right.length), right);
  for (const code of left) {
    const next = new Uint8Array(right.length + 1);
    if (code === MANY) next.set(reachable);
    right.forEach((other, j) => {
      const both = reachable[j] === 1 && (code === other || code === ONE || other === ONE);
      const leftStretches = code === MANY && next[j] === 1;
      const rightStretches = other === MANY && (reachable[j + 1] === 1 || next[j] === 1);
      if (both || leftStretches || rightStretches) next[j + 1] = 1;
    });
    reachable = next;
  }
  return reachable[right.length] === 1;
}

/**
 * Whether every text that matches the specific pattern also matches the general one.
 *
 * Takes time in proportion to the product of their lengths. A `*` of the specific pattern can match characters that the general
 * one does not name. So it has to meet a run of wildcards there that has a `*`, and that run must get as many characters as it
 * has `?`.
 */
export function covers(general: string | Pattern, specific: string | Pattern): boolean {
  if (typeof specific === "string") {
    if (!hasWildcard(specific)) return matches(general, specific);
    if (typeof general === "string" && lacksText(general, specific)) return false;
  }
  const outer = codesOf(toPattern(general));
  const inner = codesOf(toPattern(specific));
  if (startsDiffer(outer, inner)) return false;
  countWork(1 + (outer.length * inner.length) / cellsInOne);
  // What may start with anything is not taken in by what starts with a text.
  if (inner[0] === MANY && !isWildcard(outer[0] ?? END)) return false;
  // reachable[j]: `general` up to here takes in all that `specific` up to j matches.
  let reachable = startRow(inner.length);
  for (const code of oneBeforeMany(outer)) {
    const next = new Uint8Array(inner.length + 1);
    if (code === MANY) next.set(reachable);
    const from = code === ONE_BESIDE_MANY ? passMany(reachable, inner) : reachable;
    inner.forEach((other, j) => {
      const takes =
        code === other || (other !== MANY && (code === ONE || code === ONE_BESIDE_MANY));
      if ((code === MANY && next[j] === 1) || (takes && from[j] === 1)) next[j + 1] = 1;
    });
    reachable = next;
  }
  return reachable[inner.length] === 1;
}

/** Whether a general pattern has a text that a specific one lacks, which then takes in more: most patterns differ so. */
function lacksText(general: string, specific: string): boolean {
  let from = 0;
  for (let at = 0; at <= general.length; at += 1) {
    const character = general[at];
    if (character !== "*" && character !== "?" && character !== undefined) continue;
    if (at > from && !specific.includes(general.slice(from, at))) return true;
    from = at + 1;
  }
  return false;
}

/** Stretch of a pattern between two `*`, of fixed length. */
interface Segment {
  readonly pieces: Pattern;
  readonly length: number;
}

/** Codes beside UTF-16 units in a row of a pattern. */
const ONE = -1;
const MANY = -2;
const ONE_BESIDE_MANY = -3;
const END = -4;

function toPattern(pattern: string | Pattern): Pattern {
  return typeof pattern === "string" ? parsePattern(pattern) : pattern;
}

function segmentsOf(pattern: Pattern): readonly [Segment, ...Segment[]] {
  let group: PatternPiece[] = [];
  const groups: [PatternPiece[], ...PatternPiece[][]] = [group];
  for (const piece of pattern) {
    if (piece.kind !== "many") group.push(piece);
    else groups.push((group = []));
  }
  const [first, ...rest] = groups;
  return [segmentOf(first), ...rest.map(segmentOf)];
}

function segmentOf(pieces: Pattern): Segment {
  return { pieces, length: pieces.reduce((sum, piece) => sum + lengthOf(piece), 0) };
}

function lengthOf(piece: PatternPiece): number {
  return piece.kind === "literal" ? piece.text.length : 1;
}

function fitsAt(segment: Segment, text: string, at: number): boolean {
  let here = at;
  for (const piece of segment.pieces) {
    if (piece.kind === "literal" && !text.startsWith(piece.text, here)) return false;
    here += lengthOf(piece);
  }
  return here <= text.length;
}

/** The first place from `from` on where the segment fits, or -1. */
function find(segment: Segment, text: string, from: number): number {
  const [only] = segment.pieces;
  if (segment.pieces.length === 1 && only?.kind === "literal") {
    return text.indexOf(only.text, from);
  }
  for (let at = from; at + segment.length <= text.length; at += 1) {
    if (fitsAt(segment, text, at)) return at;
  }
  return -1;
}

function codesOf(pattern: Pattern): Int32Array {
  const codes = new Int32Array(pattern.reduce((sum, piece) => sum + lengthOf(piece), 0));
  let at = 0;
  for (const piece of pattern) {
    if (piece.kind !== "literal") {
      codes[at] = piece.kind === "one" ? ONE : MANY;
      at += 1;
      continue;
    }
    for (let index = 0; index < piece.text.length; index += 1, at += 1) {
      codes[at] = piece.text.charCodeAt(index);
    }
  }
  return codes;
}

/** Whether the texts before the first wildcard of either differ, which most patterns do at once. */
function startsDiffer(a: Int32Array, b: Int32Array): boolean {
  let at = 0;
  while (a[at] === b[at] && (a[at] ?? END) >= 0) at += 1;
  const left = a[at] ?? END;
  const right = b[at] ?? END;
  return left !== right && !isWildcard(left) && !isWildcard(right);
}

function isWildcard(code: number): boolean {
  return code < 0 && code !== END;
}

/** The same pattern with each run of wildcards that has a `*` written as its `?`s, marked, and one `*`. */
function oneBeforeMany(codes: Int32Array): readonly number[] {
  const result: number[] = [];
  let ones = 0;
  let hasMany = false;
  for (const code of [...codes, undefined]) {
    if (code === ONE) ones += 1;
    else if (code === MANY) hasMany = true;
    else {
      for (; ones > 0; ones -= 1) result.push(hasMany ? ONE_BESIDE_MANY : ONE);
      if (hasMany) result.push(MANY);
      hasMany = false;
      if (code !== undefined) result.push(code);
    }
  }
  return result;
}

function startRow(length: number): Uint8Array {
  const row = new Uint8Array(length + 1);
  row[0] = 1;
  return row;
}

/** The row with all positions after matching each `*` with nothing more. */
function passMany(row: Uint8Array, codes: Int32Array): Uint8Array {
  const result = Uint8Array.from(row);
  codes.forEach((code, j) => {
    if (code === MANY && result[j] === 1) result[j + 1] = 1;
  });
  return result;
}
