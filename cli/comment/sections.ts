import { counted } from "../report/words";

/** A part of a comment that can be cut. */
export interface Section {
  /** How important it is: what is less important is cut first. */
  readonly weight: number;
  /** What one item is called where some are cut: `finding`. */
  readonly noun: string;
  /** The text before the first item. Left out where no item is shown. */
  readonly open: string;
  readonly items: readonly string[];
  /** The text after the last item. */
  readonly close: string;
}

/** Room for the sentence on what was cut. */
const noteRoom = 500;

/**
 * Sections as one text of a maximum length.
 *
 * The most important section takes its room first. An item that does not fit is left out whole, and the last line counts them.
 */
export function fitted(sections: readonly Section[], foot: string, room: number): string {
  const order = [...sections.keys()].sort((a, b) => weightOf(sections[b]) - weightOf(sections[a]));
  const shown = new Map<number, readonly string[]>();
  const cut = new Map<string, number>();
  let left = room - foot.length - noteRoom;
  for (const index of order) {
    const section = sections[index];
    if (section === undefined) continue;
    const { open, close, items, noun } = section;
    let rest = left - open.length - close.length;
    const kept = items.filter((item) => {
      if (item.length > rest) return false;
      rest -= item.length;
      return true;
    });
    if (kept.length > 0) left = rest;
    shown.set(index, kept);
    const missing = items.length - kept.length;
    if (missing > 0) cut.set(noun, (cut.get(noun) ?? 0) + missing);
  }
  const parts = sections.flatMap(({ open, close }, index) => {
    const items = shown.get(index) ?? [];
    return items.length === 0 ? [] : [open, ...items, close];
  });
  return [...parts, noteOf(cut), foot].join("");
}

function weightOf(section: Section | undefined): number {
  return section?.weight ?? 0;
}

function noteOf(cut: ReadonlyMap<string, number>): string {
  if (cut.size === 0) return "";
  const list = Array.from(cut, ([noun, count]) => counted(count, noun)).join(", ");
  return `**Left out for length:** ${list}. \`npx --no-install agentid report\` shows all.\n\n`;
}
