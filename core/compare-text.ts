/** Which of two texts comes first, by UTF-16 code units: the same in every locale. Negative where the first does. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
