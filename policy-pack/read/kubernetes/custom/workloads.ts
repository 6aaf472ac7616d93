import type { Fact } from "../../../facts/fact";
import { read, opened } from "../../../../core/snapshot/read";
import { catalogued, kindsThatAre } from "../../catalogue/kinds";
import { partsOf, type Part } from "../../catalogue/paths";
import type { Reader } from "../../resource/reader";
import { valueIn } from "../../resource/values";
import { workloadFacts } from "../pods/controllers";
import type { KubeObject } from "../object";
import { tasksOf } from "./pipeline-tasks";
import { podHoldings } from "../pods/pod-uses";
import { podLiterals } from "../pods/pod-literals";
import { readerOf } from "../reader-of";
import { asShown, templatesOf } from "./workflow-templates";
import { accountsOf } from "./pods";
import { ownContainers } from "./pods";
import { literalsOf } from "./literals";
import { namedFields } from "./named-fields";
import { referencesOf } from "./references";
import { toolCallsOf } from "./tool-calls";
import { isRecord, type Value } from "../../../../core/snapshot/value";
import type { PodTemplate } from "../pods/pod-template";

/** Reads workloads of the catalogue whose pods an operator makes, and templates of such: what they receive, and the accounts that they run as. */
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
  const known = [...knownFacts(object, parts)];
  yield* known;
  // What a template names is used by what runs it.
  if (catalogued(object).is === "workload") yield* namedFields(object, parts, known);
}

function* knownFacts(object: KubeObject, parts: readonly Part[]): Iterable<Fact> {
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

/** The properties by which a part has containers, volumes or workspaces, as the spec of a pod does. */
const partKeys = [
  "containers",
  "initContainers",
  "sidecars",
  "container",
  "script",
  "steps",
  "stepTemplate",
  "model",
  "driver",
  "executor",
  "volumes",
  "workspaces",
  "imagePullSecrets",
];

/** Those parts with containers, volumes or workspaces; containers themselves have none of their own. */
function podLike(parts: readonly Part[]): readonly PodTemplate[] {
  return parts
    .filter(({ value, path }) => !isContainer(path) && partKeys.some((key) => has(value, key)))
    .map(({ value, path }) => ({ spec: value, path, labels: undefined }));
}

/** Whether a path leads into a container, whose own lists are no more of them. */
function isContainer(path: string): boolean {
  return /\.(?:(?:containers|initContainers|sidecars|steps)\[\d+\]|container|script|stepTemplate|model|driver|executor)$/.test(
    path,
  );
}

function has(value: Value, key: string): boolean {
  const plain = opened(value);
  return isRecord(plain) && Object.hasOwn(plain, key);
}
