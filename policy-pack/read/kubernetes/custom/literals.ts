import type { Fact } from "../../../facts/fact";
import { catalogued } from "../../catalogue/kinds";
import { joined, matchesAt } from "../../catalogue/paths";
import { mayBeCredential } from "../secrets/generated";
import { leavesOf } from "../../resource/leaves";
import { literalFacts, unknownLiteral } from "../secrets/literals";
import type { KubeObject } from "../object";
import { settingLiteral } from "../secrets/setting-literals";
import { nameTextAt, textAt, type TextRead } from "../text";

/** Credentials in plain text, where the catalogue has texts or settings of a kind. */
export function* literalsOf(object: KubeObject): Iterable<Fact> {
  const { literals = [], settings = [] } = catalogued(object);
  for (const each of literals) {
    const { at, under, text, as } = { under: "", text: undefined, as: undefined, ...located(each) };
    for (const match of matchesAt(object.body, at)) {
      if (match.isPart) continue;
      if (text === undefined) {
        yield* literal(object, match.path, as ?? match.under, textAt(match.value));
        continue;
      }
      const name = nameTextAt(match.value, under);
      for (const inner of matchesAt(match.value, text)) {
        yield* literal(object, joined(match.path, inner.path), name, textAt(inner.value));
      }
    }
  }
  for (const { value, path } of matchesAt(object.body, settings)) {
    for (const leaf of leavesOf(object.resource, { value, path })) {
      yield* settingLiteral(object, leaf);
    }
  }
}

function located<T>(each: string | T): T | { readonly at: string } {
  return typeof each === "string" ? { at: each } : each;
}

function* literal(
  object: KubeObject,
  property: string,
  under: string | undefined,
  text: TextRead,
): Iterable<Fact> {
  const place = { holder: object.thing, property, under, place: "exposed" } as const;
  if (text.kind === "unknown") {
    if (mayBeCredential(text, under))
      yield unknownLiteral(object, place, text.secret, text.dependsOn);
    return;
  }
  // A text such as `QUEUE_PASSWORD` names a variable of the pod.
  if (text.kind === "absent" || /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(text.text)) return;
  yield* literalFacts(object, place, text.text, text.secret ? "around" : "none");
}
