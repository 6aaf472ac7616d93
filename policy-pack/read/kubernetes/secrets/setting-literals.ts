import { mayNameObject, isCredentialName } from "../../../domain/secrets/name";
import type { Fact } from "../../../facts/fact";
import type { Leaf } from "../../resource/leaves";
import { literalFacts, unknownLiteral } from "./literals";
import type { KubeObject } from "../object";

/** A credential among the settings of a custom resource. */
export function* settingLiteral(object: KubeObject, leaf: Leaf): Iterable<Fact> {
  const { path: property, under, text, mark, dependsOn } = leaf;
  const place = { holder: object.thing, property, under, place: "exposed" } as const;
  if (text === undefined) {
    // What may be the name of a Secret is ambiguous, unless the program marks it as secret.
    const sentence = under !== undefined && isCredentialName(under) && !mayNameObject(under);
    if (sentence || mark === "value")
      yield unknownLiteral(object, place, mark === "value", dependsOn);
    return;
  }
  if (under !== undefined && mayNameObject(under) && isName(text)) return;
  yield* literalFacts(object, place, text, mark);
}

/** Whether a text may be the name of an object, of words and short numbers. */
function isName(text: string): boolean {
  return /^[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*$/.test(text) && !/\d{3}/.test(text);
}
