import { createHash } from "node:crypto";

/** Hexadecimal digits of the hash that keeps shortened names distinct. */
const hashLength = 10;

/** A name as it is where it is short enough, else cut to end in a hash of the whole: always the same, and no two alike. */
export function shortened(name: string, longest: number): string {
  return name.length <= longest ? name : withHash(name, name, longest);
}

/** The start of a name, cut to fit with `-` and a hash of the whole name behind it. */
export function withHash(start: string, whole: string, longest: number): string {
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, hashLength);
  const room = longest - hashLength - 1;
  const kept = start.slice(0, room);
  return `${kept === "" ? "w" : trimEnd(kept)}-${hash}`;
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "-" || text[end - 1] === ".")) end -= 1;
  return text.slice(0, end);
}
