/** A value as the text of a JSON file, which ends in a line break. */
export function printedJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
