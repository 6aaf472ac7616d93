import { sketchOf } from "../../domain/secrets/known-part";
import { decodedBase64 } from "../../domain/secrets/pieces";
import { mayBePacked, unpackedText } from "./packed";
import { leavesIn } from "../../../core/snapshot/texts";
import type { Value } from "../../../core/snapshot/value";

/**
 * Every string in a value, secret ones included, and the content of packed strings among them; only to be classified.
 *
 * The value may be nested at any depth.
 */
export function stringsIn(value: Value): readonly string[] {
  const found: string[] = [];
  for (const { value: leaf } of leavesIn(value)) {
    if (typeof leaf === "string") found.push(leaf, ...packedIn(leaf));
    else {
      const sketch = sketchOf(leaf.parts);
      if (sketch !== undefined) found.push(sketch);
    }
  }
  return found;
}

/** The content of a text in base64, or compressed. */
function packedIn(text: string): readonly string[] {
  const decoded = decodedBase64(text);
  const packed = decoded ?? text;
  return [
    ...(decoded === undefined ? [] : [decoded]),
    ...(mayBePacked(packed) ? [unpackedText(packed)] : []),
  ];
}
