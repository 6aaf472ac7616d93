import type { Fact } from "../../../../core/graph/fact";
import { read } from "../../../../core/snapshot/read";
import { kindsThatAre } from "../../../reading/kinds";
import { partsOf } from "../../../reading/paths";
import type { Reader } from "../../reader";
import { valueIn } from "../../values";
import { workloadFacts } from "../controllers";
import type { KubeObject } from "../object";
import { tasksOf } from "../pipeline-tasks";
import { podHoldings } from "../pod-uses";
import { podLiterals } from "../pod-literals";
import { readerOf } from "../reader-of";
import { podLike } from "../task-parts";
import { asShown, templatesOf } from "../workflow-templates";
import { accountsOf } from "./accounts";
import { ownContainers } from "./containers";
import { literalsOf } from "./literals";
import { referencesOf } from "./references";
import { toolCallsOf } from "./tool-calls";

/** Reads workloads of the catalogue whose pods an operator makes, and templates of such: what they receive, and whom they run as. */
export const customWorkloadReader: Reader = readerOf({
  name: "workloads of operators",
  kinds: kindsThatAre("workload", "template"),
  readsLiterals: true,
  facts: (object) => asShown(object, factsOf(object)),
});

function* factsOf(object: KubeObject): Iterable<Fact> {
  const spec = valueIn(read(object.body, "spec"));
  if (spec === undefined) return;
  const parts = partsOf({ value: spec, path: "spec" });
  yield* workloadFacts(object, []);
  yield* templatesOf(object, parts);
  yield* tasksOf(object, parts);
  yield* accountsOf(object);
  for (const pod of [...ownContainers(object), ...podLike(parts)]) {
    yield* podHoldings(object, pod);
    yield* podLiterals(object, pod);
  }
  yield* referencesOf(object, { thing: object.thing, how: "uses" });
  yield* literalsOf(object);
  yield* toolCallsOf(object, object.thing);
}
