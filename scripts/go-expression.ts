import rewrite from "regexpu-core";

/**
 * An expression of Go's RE2 in JavaScript, with the same matches and without flags.
 *
 * In Go a flag such as `(?i)` applies up to the end of its group; JavaScript of Node 20 has flags for a whole expression alone, so
 * the classes are written out.
 */
export function forJavaScript(source: string): string {
  const scoped = withScopes(
    source
      .replaceAll("[:alnum:]", "a-zA-Z0-9")
      .replaceAll("\\z", "$")
      .replaceAll(/\(\?P<\w+>/g, "(?:"),
  );
  const written = rewrite(scoped, "", { modifiers: "transform" });
  return new RegExp(written).source;
}

/** Flags up to the end of their group become groups of their own: `a(?i)b` is `a(?i:b)`. No group is captured. */
function withScopes(source: string): string {
  let written = "";
  /** How many groups end with each that is open. */
  const open: number[] = [0];
  let inClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at] ?? "";
    if (character === "\\") {
      written += source.slice(at, at + 2);
      at += 1;
      continue;
    }
    if (inClass) inClass = character !== "]";
    else if (character === "[") inClass = true;
    else if (source.startsWith("(?i)", at)) {
      written += "(?i:";
      open.push((open.pop() ?? 0) + 1);
      at += 3;
      continue;
    } else if (character === "(") {
      open.push(0);
      if (source[at + 1] !== "?") {
        written += "(?:";
        continue;
      }
    } else if (character === ")") written += ")".repeat(open.pop() ?? 0);
    written += character;
  }
  return written + ")".repeat(open.pop() ?? 0);
}
