/** A key and its value, or why there is none. */
export type KeyValue = readonly [key: string, value: string];

/**
 * A literal, `key=value`, without quotes around the value; undefined for what is none.
 *
 * Source, of all here: kubernetes-sigs/kustomize v5.8.1, api/kv/kv.go.
 */
export function literalOf(text: string): KeyValue | undefined {
  const at = text.indexOf("=");
  if (at < 1) return undefined;
  return [text.slice(0, at), text.slice(at + 1).replace(/^(["'])(.*)\1$/s, "$2")];
}

/** The lines of an environment file, without those that are empty or comments. */
export function environmentOf(text: string): readonly KeyValue[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
    });
}

/** A file's key, by default its name, and its path; undefined for what is none. */
export function fileSourceOf(text: string): { key: string; path: string } | undefined {
  const [first = "", second, ...more] = text.split("=");
  if (more.length > 0 || first === "" || second === "") return undefined;
  return second === undefined
    ? { key: text.slice(text.lastIndexOf("/") + 1), path: text }
    : { key: first, path: second };
}
