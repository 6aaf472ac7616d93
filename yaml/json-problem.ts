/**
 * Why a text is not JSON, without a word of it: V8's message repeats a part of the text, which may be a secret.
 *
 * @param thrown what `JSON.parse` threw
 */
export function jsonProblem(text: string, thrown: unknown): string {
  const [, digits] =
    /\bat position (\d+)/.exec(thrown instanceof Error ? thrown.message : "") ?? [];
  if (digits === undefined) return "is not JSON";
  const before = text.slice(0, Number(digits)).split("\n");
  return `is not JSON from line ${before.length}, column ${(before.at(-1) ?? "").length + 1} on`;
}
