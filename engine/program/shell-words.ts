/** Takes a text apart into words as a shell does that puts nothing in: by spaces, quotes and backslashes. */
export function shellWords(text: string): readonly string[] {
  const words = text.match(/(?:[^\s"'\\]|\\[^]?|"(?:[^"\\]|\\[^])*"?|'[^']*'?)+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(
      /\\([^])|"((?:[^"\\]|\\[^])*)"?|'([^']*)'?/g,
      (_, escaped?: string, double?: string, single?: string) =>
        escaped ?? double?.replaceAll(/\\([\\"])/g, "$1") ?? single ?? "",
    ),
  );
}
