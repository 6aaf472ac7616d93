/**
 * The text with each stretch that starts with one mark and ends at the next other mark replaced, marks and all.
 *
 * Takes time in proportion to the text, however many marks are never closed; an expression looks for the end of each anew.
 */
export function replaceBetween(
  text: string,
  [open, close]: readonly [open: string, close: string],
  replacement: string,
): string {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf(open, from);
    const end = start === -1 ? -1 : text.indexOf(close, start + open.length);
    if (end === -1) return [...kept, text.slice(from)].join(replacement);
    kept.push(text.slice(from, start));
    from = end + close.length;
  }
}
