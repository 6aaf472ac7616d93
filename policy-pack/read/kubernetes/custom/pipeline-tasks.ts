import type { Fact, FactOf } from "../../../facts/fact";
import { named, type PassedOn, type Ref } from "../../../facts/fact-values";
import { k8sName } from "../../../facts/name";
import { listAt } from "../../../../core/snapshot/read";
import type { Value } from "../../../../core/snapshot/value";
import { hiddenAt } from "../../catalogue/paths";
import { atOf, sibling, spaceOf, type KubeObject } from "../object";
import type { Part } from "../../catalogue/paths";
import { filledIn, parameterIn, usualValue } from "./task-parameters";
import { nameTextAt, textAt, type TextRead } from "../text";
import { isShown, runsUnknownTemplate } from "./workflow-templates";

const group = "tekton.dev";

/**
 * How runs and pipelines of Tekton name what they run, and its default kind. Source: tekton.dev/docs/pipelines, TaskRun,
 * PipelineRun, Pipeline.
 */
const references = { taskRef: "Task", pipelineRef: "Pipeline" } as const;

/** The kind of tasks for all of a cluster. */
const ofCluster = "ClusterTask";

/** Which tasks and pipelines of Tekton a run or a pipeline runs, with their arguments. */
export function* tasksOf(object: KubeObject, parts: readonly Part[]): Iterable<Fact> {
  const space = spaceOf(object);
  if (object.group !== group || space === undefined) return;
  for (const { value, path } of parts) {
    for (const [property, usual] of Object.entries(references)) {
      const name = textAt(value, property, "name");
      const at = `${path}.${property}.name`;
      const kind = textAt(value, property, "kind");
      const kinds = kindsOf(kind, usual);
      if (name.kind === "unknown") {
        // What a run names itself, and no task within it, is all that it runs.
        const runs = path === "spec" ? usual : undefined;
        const [wide, own] = [kinds.filter(isWide), kinds.filter((each) => !isWide(each))];
        const { dependsOn } = name;
        yield* runsUnknownTemplate(object, at, {
          wide: wide.map(inGroup),
          own: own.map(inGroup),
          runs,
          dependsOn,
        });
      }
      if (name.kind !== "text" || name.text === "") continue;
      const { cluster } = object;
      const more = hiddenAt(value, "params[].name");
      for (const each of kinds) {
        yield {
          kind: "runs-template",
          at: atOf(object, at),
          workload: object.thing,
          template: named(k8sName(cluster, isWide(each) ? "" : space, inGroup(each), name.text)),
          named: namedIn(object, value, at),
          ...(more.length > 0 && { moreNamed: more.flatMap(({ dependsOn }) => dependsOn) }),
          ...(isShown(object) && { shownBy: [] }),
          ...(isWide(each) && { inNamespace: { cluster, namespace: space } }),
          ...(kind.kind === "unknown" && { dependsOn: kind.dependsOn }),
        };
      }
    }
  }
}

/** The kinds that a reference may be of. */
function kindsOf(kind: TextRead, usual: string): readonly string[] {
  if (kind.kind === "unknown") return usual === "Task" ? [usual, ofCluster] : [usual];
  return [kind.kind === "text" && kind.text !== "" ? kind.text : usual];
}

function isWide(kind: string): boolean {
  return kind === ofCluster;
}

function inGroup(kind: string): string {
  return `${kind}.${group}`;
}

/** The Secrets that the values of parameters name, were they names of such; undefined of one that each run calls otherwise. */
function namedIn(
  object: KubeObject,
  value: Value,
  property: string,
): NonNullable<FactOf<"runs-template">["named"]> {
  return Object.fromEntries(
    listAt(value, "params").flatMap((parameter) => {
      const name = nameTextAt(parameter, "name");
      const given = textAt(parameter, "value");
      if (name === undefined || given.kind === "absent") return [];
      const isFilled = given.kind === "text" && given.text.includes("$(");
      return [
        [
          name,
          isFilled ? passedOn(object, given.text, property) : sibling(object, "Secret", given),
        ],
      ];
    }),
  );
}

/** The value of a parameter of the object itself, or the names in a text with more in it. */
function passedOn(object: KubeObject, text: string, property: string): PassedOn | Ref | undefined {
  const parameter = parameterIn(text);
  if (parameter === undefined) {
    const filled = filledIn(object, text, property);
    return filled && sibling(object, "Secret", filled);
  }
  const usual = usualValue(object, parameter, property);
  const isNone = usual.kind === "absent" || (usual.kind === "text" && usual.text.includes("$("));
  return {
    kind: "parameter",
    parameter,
    ...(!isNone && { usual: sibling(object, "Secret", usual) }),
  };
}
