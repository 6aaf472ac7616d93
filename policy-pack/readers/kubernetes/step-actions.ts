import type { Fact } from "../../../core/graph/fact";
import type { Reader } from "../reader";
import { membership } from "./membership";
import { aliasOf } from "./object";
import { podHoldings } from "./pod-uses";
import { podLiterals } from "./pod-literals";
import { componentMembership, readerOf } from "./reader-of";

/**
 * Reads StepActions of Tekton: what one is given, each task has that takes it for a step.
 *
 * Source: tekton.dev/docs/pipelines/stepactions.
 */
export const stepActionReader: Reader = readerOf({
  name: "step actions of Tekton",
  kinds: ["tekton.dev/StepAction"],
  readsLiterals: true,
  *facts(object) {
    yield* aliasOf(object);
    yield* membership(object);
    yield* componentMembership(object);
    const pod = { spec: object.body, path: "", labels: undefined };
    for (const fact of podHoldings(object, pod)) yield* asContent(fact);
    yield* podLiterals(object, pod);
  },
});

/** Nothing runs as the StepAction itself: what it names is what it contains. */
function* asContent(fact: Fact): Iterable<Fact> {
  if (fact.kind !== "uses" || fact.through === "configuration") return;
  const { at, workload: container, secret: content, key } = fact;
  yield {
    kind: "contains",
    at,
    container,
    content,
    derived: false,
    ...(key !== undefined && { contentKey: key }),
  };
}
