/** `Bool`: `true` or `false`, in any case. */
export function boolEquals(given: string, wanted: { text: string }): boolean {
  const value = wanted.text.toLowerCase();
  return (value === "true" || value === "false") && given.toLowerCase() === value;
}
