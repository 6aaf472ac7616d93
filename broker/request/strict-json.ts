/** Thrown for JSON in which one object has a name twice. */
export class RepeatedName extends Error {}

/** Texts of JSON, and what opens and closes objects and lists, and ends a member. */
const token = /"(?:[^"\\]|\\.)*"|[[\]{},]/g;

/**
 * Reads JSON in which each name of an object is there once, so that no two readers take different values: throws a `SyntaxError`
 * where it is no JSON, and {@link RepeatedName}.
 *
 * Source: RFC 8259 section 4, by which software takes the last, the first or none of several.
 */
export function strictJson(text: string): unknown {
  const read: unknown = JSON.parse(text);
  // Of each object around the place the names so far, of each list nothing.
  const around: (Set<string> | undefined)[] = [];
  let isName = false;
  for (const [found] of text.matchAll(token)) {
    if (found === "{" || found === "[") {
      around.push(found === "{" ? new Set() : undefined);
      isName = found === "{";
    } else if (found === "}" || found === "]") {
      around.pop();
      isName = false;
    } else if (found === ",") {
      isName = around.at(-1) !== undefined;
    } else if (isName) {
      const name = JSON.parse(found) as string;
      const names = around.at(-1);
      if (names?.has(name) === true) throw new RepeatedName();
      names?.add(name);
      isName = false;
    }
  }
  return read;
}
