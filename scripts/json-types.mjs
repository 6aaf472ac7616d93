/**
 * A declaration without imports of JSON, which programs without `resolveJsonModule` cannot read, and ES modules only by an
 * attribute. Instead, it declares the names of the first two levels, which types are made of.
 *
 * @param text of the declaration
 * @param read returns the text of a JSON file by its path in the import
 */
export function withoutJson(text, read) {
  return text.replace(/^import (\w+) from "([^"]+\.json)";$/gm, (_, name, path) => {
    return `declare const ${name}: ${typeOf(JSON.parse(read(path)), 2)};`;
  });
}

function typeOf(value, levels) {
  if (levels === 0 || typeof value !== "object" || value === null || Array.isArray(value)) {
    return "unknown";
  }
  const fields = Object.entries(value).map(
    ([key, each]) => `readonly ${JSON.stringify(key)}: ${typeOf(each, levels - 1)}`,
  );
  return `{ ${fields.join("; ")} }`;
}
