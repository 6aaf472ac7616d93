import { credentialsIn } from "../../../core/credential/pieces";
import { named, type Fact } from "../../../core/graph/fact";
import type { Name } from "../../../core/graph/name";
import { atOf, type KubeObject } from "./object";

/** Where a text stands, and what of. */
export interface LiteralPlace {
  readonly holder: Name;
  readonly property: string;
  readonly under: string | undefined;
  readonly place: "exposed" | "in its place";
  /** The key of the holder that has it, where the holder is a Secret or ConfigMap. */
  readonly key?: string;
}

/** The credentials that stand as literals in a text; what a Secret or ConfigMap holds is its content too. */
export function* literalFacts(
  object: KubeObject,
  at: LiteralPlace,
  text: string,
  marked: boolean,
): Iterable<Fact> {
  const { context } = object;
  for (const hit of credentialsIn(text, at.under, context.credentialIn)) {
    const value = context.literalName(hit.text);
    yield {
      kind: "literal",
      at: atOf(object, at.property),
      holder: at.holder,
      credential: hit.found.what,
      grade: hit.found.grade,
      value,
      place: at.place,
      marked,
    };
    if (at.key === undefined) continue;
    yield {
      kind: "contains",
      at: atOf(object, at.property),
      container: at.holder,
      key: at.key,
      content: named(value),
      derived: false,
    };
  }
}
