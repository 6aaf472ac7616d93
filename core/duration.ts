/** A length of time that could be read, or what is wrong with it (lowercase, no final period). */
export type ParsedDuration =
  | { readonly ok: true; readonly seconds: number }
  | { readonly ok: false; readonly problem: string };

const units = [
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

/** Longest text that is looked at; no sensible duration comes near. */
const longestText = 64;

/** Most seconds that an example is made of: a day. */
const longestUsual = 86_400;

/**
 * Reads a length of time such as `1h`, `30m`, `3600s` or `1h30m`.
 *
 * A bare number is refused: who writes `30` may mean minutes. So is zero: nothing that lasts no time can be used.
 */
export function parseDuration(value: string | number): ParsedDuration {
  const text = typeof value === "number" ? String(value) : value.trim();
  if (text.length > longestText) return unreadable(`${text.slice(0, longestText)}…`);
  if (isDigits(text)) return { ok: false, problem: withoutUnit(text) };
  const seconds = sumOfUnits(text);
  if (seconds === undefined) return unreadable(text);
  if (!Number.isSafeInteger(seconds)) {
    return { ok: false, problem: `duration \`${text}\` is too long to be counted in seconds` };
  }
  if (seconds === 0) {
    return { ok: false, problem: `duration \`${text}\` is zero; give at least \`1s\`` };
  }
  return { ok: true, seconds };
}

/** What is wrong with a duration that is a bare number. */
export function withoutUnit(digits: string): string {
  return `\`${digits}\` has no unit; ${withUnit(digits)}`;
}

/** What to write in place of a bare number: a duration that may be meant. */
export function withUnit(digits: string): string {
  const count = Number(digits);
  const isUsual = Number.isSafeInteger(count) && count > 0 && count <= longestUsual;
  const meant = count < 60 ? `${count}m` : printDuration(count);
  return `write a duration such as "${isUsual ? meant : "1h"}"`;
}

/** Writes seconds with the units that need the fewest digits, such as `1h30m`; `0s` for none. */
export function printDuration(seconds: number): string {
  let rest = seconds;
  let text = "";
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === "" ? "0s" : text;
}

/** Sum of parts such as `1h30m`, each unit at most once and the larger first; undefined where the text is not that. */
function sumOfUnits(text: string): number | undefined {
  let rest = text;
  let seconds = 0;
  for (const [unit, size] of units) {
    const end = rest.indexOf(unit);
    if (end === -1) continue;
    const digits = rest.slice(0, end);
    if (!isDigits(digits)) return undefined;
    seconds += Number(digits) * size;
    rest = rest.slice(end + 1);
  }
  return rest === "" && text !== "" ? seconds : undefined;
}

function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

function unreadable(text: string): ParsedDuration {
  return {
    ok: false,
    problem: `duration \`${text}\` cannot be read; write whole hours, minutes or seconds, such as \`1h\`, \`30m\` or \`3600s\``,
  };
}
