import { sketchOf } from "../../domain/secrets/known-part";
import { packedTextsIn } from "../../domain/secrets/pieces";
import { leavesIn } from "../../../core/snapshot/texts";
import type { Value } from "../../../core/snapshot/value";

/** Every string in a value, secret ones included; only to be classified. The value may be nested at any depth. */
export function stringsIn(value: Value): readonly string[] {
  const found: string[] = [];
  for (const { value: leaf } of leavesIn(value)) {
    const text = typeof leaf === "string" ? leaf : sketchOf(leaf.parts);
    if (text !== undefined) found.push(text);
  }
  return found;
}

/** Those strings, and the texts that are packed in them. */
export function openedStringsIn(value: Value): readonly string[] {
  return stringsIn(value).flatMap((text) => [text, ...packedTextsIn(text)]);
}
