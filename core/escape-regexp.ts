/** A text as a part of a regular expression that matches this text alone. It stands outside of brackets. */
export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
