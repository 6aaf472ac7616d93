import { parse } from "yaml";
import type { Value } from "../../core/snapshot/value";

/**
 * The value of a YAML or JSON text that stands in a property of a resource; undefined where it is neither.
 *
 * The parser warns of nothing: its warnings quote the text, which may be secret, on the terminal.
 */
export function embeddedYaml(text: string): Value | undefined {
  try {
    return parse(text, { maxAliasCount: 10, logLevel: "error" }) as Value;
  } catch {
    return undefined;
  }
}
