import { longestText } from "../../domain/secrets/longest-text";
import type { Fact } from "../../facts/fact";
import type { Resource } from "../../../core/snapshot/resource";
import { textsIn } from "../../../core/snapshot/texts";
import { Secret, isList, isRecord, type Value } from "../../../core/snapshot/value";
import { problemsIn } from "../../domain/secrets/pieces";

/** Maximum locations of one resource that are listed one by one. */
const mostListed = 10;

/** States where a resource has a text of which not all is looked at for credentials, so that it is not judged as a whole. */
export function* limitsOf(resource: Resource): Iterable<Fact> {
  // Paths are put together only where there is one, and hardly a resource has any.
  if (![...textsIn(resource.inputs)].some(isBeyond)) return;
  let stated = 0;
  for (const { text, property } of placesIn(resource.inputs)) {
    if (!isBeyond(text)) continue;
    yield {
      kind: "unreadable",
      at: { urn: resource.urn, property },
      thing: resource.urn,
      reader: "credentials in long texts",
      problem: problemOf(text, property),
    };
    stated += 1;
    if (stated === mostListed) return;
  }
}

function isBeyond(text: string): boolean {
  return text.length > longestText || problemIn(text) !== undefined;
}

/** Why not all that is packed in a text is read; a short text has no more than is read, unless it is compressed. */
function problemIn(text: string): string | undefined {
  return mayBePacked.test(text) ? problemsIn(text)[0] : undefined;
}

/** A long run of base64, or the first bytes of gzip in it; what is packed in escapes has as many backslashes. */
const mayBePacked = /[\w+/-]{64}|H4sI|\\{8}/;

function problemOf(text: string, property: string): string {
  return text.length > longestText
    ? `\`${property}\` has more than 1,048,576 characters; what is beyond them is not judged`
    : `\`${property}\` ${problemIn(text) ?? ""}, so that not all of it is judged`;
}

/** The texts in a value, each with the path of its property. */
function* placesIn(inputs: Value): Iterable<{ readonly text: string; readonly property: string }> {
  const open: { readonly value: Value; readonly property: string }[] = [
    { value: inputs, property: "" },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { property } = next;
    const value = next.value instanceof Secret ? next.value.revealForComparison() : next.value;
    if (typeof value === "string") yield { text: value, property };
    else if (isList(value)) {
      value.forEach((item, index) => open.push({ value: item, property: `${property}[${index}]` }));
    } else if (isRecord(value)) {
      for (const [key, item] of Object.entries(value)) {
        open.push({ value: item, property: property === "" ? key : `${property}.${key}` });
      }
    }
  }
}
