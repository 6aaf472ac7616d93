/** A text in a JSON object or list, and the key under which it stands. */
export interface Leaf {
  readonly text: string;
  readonly key: string | undefined;
}

/** The texts in a JSON object or list, or undefined where a text is none. */
export function leavesOf(text: string): readonly Leaf[] | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const leaves: Leaf[] = [];
  collect(value, undefined, leaves);
  return leaves;
}

function collect(value: unknown, key: string | undefined, into: Leaf[]): void {
  if (typeof value === "string") into.push({ text: value, key });
  else if (Array.isArray(value)) for (const item of value) collect(item, key, into);
  else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) collect(item, name, into);
  }
}
