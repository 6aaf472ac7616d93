import { parsePattern, type Pattern } from "../../pattern";
import type { Context, ContextValue } from "./context";

/** A policy value with its variables filled in, or why that cannot be done. */
export type Filled =
  | { readonly kind: "filled"; readonly text: string; readonly pattern: Pattern }
  /** A variable has no value and no default, so that the value can match nothing. */
  | { readonly kind: "unresolved"; readonly variable: string }
  | Extract<ContextValue, { readonly kind: "unknown" }>;

/** `${*}`, `${?}` and `${$}` are these literal characters. Source: IAM user guide, policy variables. */
const escapes = ["*", "?", "$"];

/** Fills `${key}` and `${key, 'default'}` from the context; a wildcard in a filled-in value is literal. */
export function fillVariables(value: string, context: Context): Filled {
  let text = "";
  const pattern: Pattern[number][] = [];
  let from = 0;
  for (;;) {
    const start = value.indexOf("${", from);
    const end = start === -1 ? -1 : value.indexOf("}", start);
    if (end === -1) break;
    const filled = fill(value.slice(start + 2, end), context);
    if (filled.kind !== "text") return filled;
    text += value.slice(from, start) + filled.text;
    pattern.push(...parsePattern(value.slice(from, start)));
    if (filled.text !== "") pattern.push({ kind: "literal", text: filled.text });
    from = end + 1;
  }
  pattern.push(...parsePattern(value.slice(from)));
  return { kind: "filled", text: text + value.slice(from), pattern };
}

function fill(
  inner: string,
  context: Context,
): { readonly kind: "text"; readonly text: string } | Exclude<Filled, { kind: "filled" }> {
  if (escapes.includes(inner)) return { kind: "text", text: inner };
  const comma = inner.indexOf(",");
  const key = (comma === -1 ? inner : inner.slice(0, comma)).trim();
  const fallback = comma === -1 ? undefined : unquoted(inner.slice(comma + 1).trim());
  const found = context(key.toLowerCase());
  switch (found.kind) {
    case "present": {
      const [only, ...more] = found.values;
      // A key with several values cannot be in a variable. Source: IAM user guide, policy variables.
      if (only !== undefined && more.length === 0) return { kind: "text", text: only };
      return { kind: "unresolved", variable: key };
    }
    case "absent":
      if (fallback !== undefined) return { kind: "text", text: fallback };
      return { kind: "unresolved", variable: key };
    case "some":
    case "unknown":
      return { ...found, kind: "unknown" };
  }
}

function unquoted(text: string): string | undefined {
  return text.length >= 2 && text.startsWith("'") && text.endsWith("'")
    ? text.slice(1, -1)
    : undefined;
}
