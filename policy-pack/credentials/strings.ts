import { sketchOf } from "../../core/credential/known-part";
import { decodedBase64 } from "../../core/credential/pieces";
import { mayBePacked, unpackedText } from "./packed";
import { Secret, Unknown, isList, type Value } from "../../core/snapshot/value";

const mostStrings = 20_000;

/**
 * Every string in a value, secret ones included, and what strings among them hold that are packed; to be classified only.
 *
 * The value may be nested as deep as it likes. At most 20,000 strings are told.
 */
export function stringsIn(value: Value): readonly string[] {
  const found: string[] = [];
  const open: Value[] = [value];
  while (open.length > 0 && found.length < mostStrings) {
    const here = open.pop();
    if (typeof here === "string") {
      found.push(here);
      const decoded = decodedBase64(here);
      if (decoded !== undefined) found.push(decoded);
      const packed = decoded ?? here;
      if (mayBePacked(packed)) found.push(unpackedText(packed));
    } else if (here instanceof Secret) open.push(here.revealForComparison());
    else if (here instanceof Unknown) {
      const sketch = sketchOf(here.parts);
      if (sketch !== undefined) found.push(sketch);
    } else if (here === undefined || here === null) continue;
    else if (isList(here)) open.push(...here.toReversed());
    else if (typeof here === "object") open.push(...Object.values(here).toReversed());
  }
  return found;
}
