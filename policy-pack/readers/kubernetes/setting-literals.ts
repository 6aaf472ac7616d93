import { maySayObject, saysCredential } from "../../../core/credential/name";
import type { Fact } from "../../../core/graph/fact";
import type { Leaf } from "./helm-values";
import { literalFacts, unknownLiteral } from "./literals";
import type { KubeObject } from "./object";

/** A credential among the settings of a custom resource. */
export function* settingLiteral(object: KubeObject, leaf: Leaf): Iterable<Fact> {
  const { path: property, under, text, mark, waitsFor } = leaf;
  const place = { holder: object.thing, property, under, place: "exposed" } as const;
  if (text === undefined) {
    // Of what may be the name of a Secret nobody can tell, unless the program marks it as secret.
    const says = under !== undefined && saysCredential(under) && !maySayObject(under);
    if (says || mark === "value") yield unknownLiteral(object, place, mark === "value", waitsFor);
    return;
  }
  if (under !== undefined && maySayObject(under) && isName(text)) return;
  yield* literalFacts(object, place, text, mark);
}

/** Whether a text may be the name of an object, of words and short numbers. */
function isName(text: string): boolean {
  return /^[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*$/.test(text) && !/\d{3}/.test(text);
}
