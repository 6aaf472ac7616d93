import { exemptKey } from "../../../core/credential/apart";
import type { Fact } from "../../../core/graph/fact";
import type { Name } from "../../../core/graph/name";
import { entriesAt, read, readThrough } from "../../../core/snapshot/read";
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
  const whole = readThrough(template, "data");
  // A mark around all of them says of none that it is one: texts that are known are judged as without it.
  const isMarked = read(template, "data").kind === "secret";
  const all = {
    holder: container,
    property: `${path}.data`,
    under: undefined,
    place: "exposed",
  } as const;
  if (whole.kind === "unknown") {
    yield unknownLiteral(object, all, whole.secret, whole.dependsOn);
    return;
  }
  for (const [key, value] of entriesAt(template, "data")) {
    if (exemptKey(key) !== undefined) continue;
    const at = { ...all, property: `${path}.data.${key}`, under: key, key };
    const text = textAt(value);
    if (text.kind === "text") {
      const mark = !text.secret ? "none" : isMarked ? "around" : "value";
      yield* literalFacts(object, at, text.text, mark);
    } else if (text.kind === "unknown") {
      const known = [...knownPartFacts(object, at, text.parts)];
      yield* known;
      if (known.length === 0 && mayBeCredential(text, key)) {
        yield unknownLiteral(object, at, text.secret, text.dependsOn);
      }
    }
  }
}
