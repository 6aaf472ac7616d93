import { parseDocument } from "yaml";
import type { Value } from "../../../core/snapshot/value";
import { repeatedKeys } from "../../../yaml/repeated-keys";

/**
 * The value of a YAML or JSON text in a property of a resource; undefined where it is neither.
 *
 * The parser prints no warnings: they quote the text, which may be secret, on the terminal.
 */
export function embeddedYaml(text: string): Value | undefined {
  try {
    const document = parseDocument(text, { uniqueKeys: false, logLevel: "error" });
    if (document.errors.length > 0 || repeatedKeys(document).length > 0) return undefined;
    return document.toJS({ maxAliasCount: 10 }) as Value;
  } catch {
    return undefined;
  }
}
