import { apartKey } from "../../../core/credential/apart";
import type { Fact } from "../../../core/graph/fact";
import type { Name } from "../../../core/graph/name";
import { entriesAt, read } from "../../../core/snapshot/read";
import type { Value } from "../../../core/snapshot/value";
import { mayBeCredential } from "./generated";
import { knownPartFacts, literalFacts, unknownLiteral } from "./literals";
import type { KubeObject } from "./object";
import { textAt } from "./text";

/**
 * The credentials in the `data` of a template by which an operator makes a Secret.
 *
 * They stand in the open in the operator's own object, whoever marks them: only what is made of it is a place for secrets.
 *
 * @param container the Secret that is made
 * @param path where the template stands
 */
export function* templateLiterals(
  object: KubeObject,
  container: Name,
  template: Value | undefined,
  path: string,
): Iterable<Fact> {
  const whole = read(template, "data");
  const all = {
    holder: container,
    property: `${path}.data`,
    under: undefined,
    place: "exposed",
  } as const;
  if (whole.kind === "unknown") {
    yield unknownLiteral(object, all, whole.secret, whole.waitsFor);
    return;
  }
  let found = false;
  for (const [key, value] of entriesAt(template, "data")) {
    if (apartKey(key) !== undefined) continue;
    const at = { ...all, property: `${path}.data.${key}`, under: key, key };
    const text = textAt(value);
    if (text.kind === "text") {
      const mark = !text.secret ? "none" : whole.kind === "secret" ? "around" : "value";
      for (const fact of literalFacts(object, at, text.text, mark)) {
        found = true;
        yield fact;
      }
    } else if (text.kind === "unknown") {
      const known = [...knownPartFacts(object, at, text.parts)];
      yield* known;
      if (known.length === 0 && mayBeCredential(text, key)) {
        found = true;
        yield unknownLiteral(object, at, text.secret, text.waitsFor);
      }
    }
  }
  if (whole.kind === "secret" && !found) yield unknownLiteral(object, all, true);
}
