/** A column grows to this many characters; a longer name pushes only its own line. */
const widestColumn = 60;

/** Rows in columns, the heading first; cells are escaped already. */
export function columns(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = heading.map((title, column) =>
    rows
      .map((row) => lengthOf(row[column] ?? ""))
      .filter((length) => length <= widestColumn)
      .reduce((widest, length) => Math.max(widest, length), title.length),
  );
  return [heading, ...rows].map((row) =>
    row
      .map((text, column) => text + " ".repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(text))))
      .join("  ")
      .trimEnd(),
  );
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
