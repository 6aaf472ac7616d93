import { matches, type Pattern, type PatternPiece } from "../../pattern";

/** An ARN's parts up to the resource, which keeps its colons. */
const parts = 6;

/**
 * `ArnEquals` and `ArnLike`, which behave alike: each of the six parts is matched by itself, so that no wildcard reaches
 * over a colon. A lone `*` fits every value.
 *
 * Source: IAM user guide, ARN condition operators.
 */
export function arnMatches(given: string, wanted: { pattern: Pattern }): boolean {
  if (wanted.pattern.length === 1 && wanted.pattern[0]?.kind === "many") return true;
  const texts = splitText(given);
  const patterns = splitPattern(wanted.pattern);
  if (texts.length !== parts || patterns.length !== parts || texts[0] !== "arn") return false;
  return patterns.every((pattern, at) => matches(pattern, texts[at] ?? ""));
}

/** Whether a value of an ARN operator can fit any ARN at all. */
export function mayFitArn(text: string): boolean {
  const [start = "", ...more] = text.split(":");
  return text === "*" || (more.length >= parts - 1 && matches(start, "arn"));
}

function splitText(text: string): readonly string[] {
  const all = text.split(":");
  return [...all.slice(0, parts - 1), all.slice(parts - 1).join(":")].slice(0, all.length);
}

function splitPattern(pattern: Pattern): readonly Pattern[] {
  let current: PatternPiece[] = [];
  const result: PatternPiece[][] = [current];
  for (const piece of pattern) {
    if (piece.kind !== "literal") {
      current.push(piece);
      continue;
    }
    let rest = piece.text;
    while (result.length < parts && rest.includes(":")) {
      const end = rest.indexOf(":");
      pushText(current, rest.slice(0, end));
      result.push((current = []));
      rest = rest.slice(end + 1);
    }
    pushText(current, rest);
  }
  return result;
}

function pushText(pieces: PatternPiece[], text: string): void {
  if (text !== "") pieces.push({ kind: "literal", text });
}
