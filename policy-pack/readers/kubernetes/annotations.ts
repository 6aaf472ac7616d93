import type { Fact } from "../../../core/graph/fact";
import { entriesAt, read } from "../../../core/snapshot/read";
import { mayBeCredential } from "./generated";
import { literalFacts, unknownLiteral } from "./literals";
import { type KubeObject } from "./object";
import { comparable, textAt } from "./text";

/** Annotations that tools write, which say again what stands elsewhere in the object, or a hash of it. */
const written = /^kubectl\.kubernetes\.io\/|^(?:checksum|hash)[./]|[./-](?:checksum|hash|sha256)$/;

/**
 * Credentials in the annotations of a workload and of its pods, which everybody may read who may read the object.
 *
 * The name behind an annotation's domain tells what its value is.
 *
 * @param labels where the object has labels: annotations stand beside them
 */
export function* annotationLiterals(
  object: KubeObject,
  labels: readonly (readonly string[])[],
): Iterable<Fact> {
  for (const path of labels) {
    const beside = [...path.slice(0, -1), "annotations"];
    const isWholeMarked = read(object.body, ...beside).kind === "secret";
    for (const [key] of entriesAt(object.body, ...beside)) {
      const value = comparable(textAt(object.body, ...beside, key));
      if (value.kind === "absent" || written.test(key)) continue;
      const property = `${beside.join(".")}["${key}"]`;
      const under = key.slice(key.lastIndexOf("/") + 1);
      const at = { holder: object.thing, property, under, place: "exposed" } as const;
      if (value.kind === "unknown") {
        if (mayBeCredential(value, under)) {
          yield unknownLiteral(object, at, value.secret, value.dependsOn);
        }
        continue;
      }
      const mark = !value.secret ? "none" : isWholeMarked ? "around" : "value";
      yield* literalFacts(object, at, value.text, mark);
    }
  }
}
