/** Numbers drawn by a seed, each from 0 up to a limit. */
type Draw = (limit: number) => number;

/** Draws the same numbers for the same seed. */
export function drawing(seed: number): Draw {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** Characters and words that YAML readers parse differently. */
const pieces: readonly string[] = [
  ...["\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029", "\ufeff", "\t", " ", "  ", "\n  ", "\n- "],
  ...[
    "---\n",
    "\n---\n",
    "--- # a\n",
    "--- a\n",
    "...\n",
    "\n...\n",
    "%YAML 1.1\n---\n",
    "%TAG ! a\n",
  ],
  ...[
    ": ",
    ":",
    "- ",
    "-",
    "? ",
    "?",
    ", ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "{}",
    "[]",
    "#",
    " #",
    "# a\n",
  ],
  ...["'", '"', "''", '\\"', "\\", "\\n", "\\x41", "\\u006b", "\\ud83d", "\\/", "\\\n"],
  ...[
    "|",
    ">",
    "|-\n",
    ">+\n",
    "|2\n",
    ">1-\n",
    "&a ",
    "*a",
    "*a ",
    "<<: ",
    "<<: *a\n",
    "@",
    "`",
    "%",
  ],
  ...[
    "!!binary ",
    "!!str ",
    "!!int ",
    "!!float ",
    "!!null ",
    "!a ",
    "! ",
    "!<tag:yaml.org,2002:str> ",
  ],
  ...["yes", "on", "No", "y", "~", "null", "=", "<<", "1e999", ".inf", ".nan", "0o17", "017", "08"],
  ...[
    "0x1F",
    "0b11",
    "1_000",
    "+1",
    "-0",
    "-0.0",
    ".5",
    "1.",
    "1e3",
    "12:30:45",
    "2020-01-01",
    "_1",
  ],
  ...["items: ", "items: []\n", "kind: List\n", "kind: Pod\n", "apiVersion: v1\n", "é", "😀", "\0"],
];

/** A text with a few of its characters taken out, doubled, moved or replaced. */
export function mutant(text: string, draw: Draw): string {
  let changed = text;
  for (let count = 1 + draw(3); count > 0; count -= 1) changed = changedOnce(changed, draw);
  return changed;
}

function changedOnce(text: string, draw: Draw): string {
  const at = draw(text.length + 1);
  const end = Math.min(text.length, at + 1 + draw(4));
  const piece = pieces[draw(pieces.length)] ?? "";
  switch (draw(8)) {
    case 0:
      return text.slice(0, at) + text.slice(end);
    case 1:
      return text.slice(0, end) + text.slice(at);
    case 2:
      return text.slice(0, at) + piece + text.slice(end);
    case 3:
      return atLineStart(text, at, piece);
    case 4:
      return atLineStart(text, at, " ".repeat(1 + draw(3)));
    case 5:
      return behindColon(text, at, piece);
    case 6:
      return (
        text.slice(0, at) +
        text.slice(draw(text.length + 1)).slice(0, 1 + draw(40)) +
        text.slice(at)
      );
    default:
      return text.slice(0, at) + piece + text.slice(at);
  }
}

function atLineStart(text: string, near: number, piece: string): string {
  const at = text.lastIndexOf("\n", near) + 1;
  return text.slice(0, at) + piece + text.slice(at);
}

function behindColon(text: string, near: number, piece: string): string {
  const at = text.indexOf(": ", near);
  return at < 0 ? text : text.slice(0, at + 2) + piece + text.slice(at + 2);
}
