import type { Fact } from "../../../core/graph/fact";
import { k8sName } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import { atOf, spaceOf, type KubeObject } from "./object";
import type { Part } from "./task-parts";
import { nameTextAt } from "./text";

const group = "argoproj.io";
const shownKinds = new Set(["WorkflowTemplate", "ClusterWorkflowTemplate"]);

/** Where what runs workflows of Argo names the template that it runs as a whole. Source: argo-workflows.readthedocs.io, WorkflowSpec, CronWorkflowSpec. */
const wholePaths: Readonly<Record<string, readonly string[]>> = {
  Workflow: ["spec", "workflowTemplateRef"],
  CronWorkflow: ["spec", "workflowSpec", "workflowTemplateRef"],
};

/** Which templates of Argo a workflow runs, as a whole or for a step, and a template takes in turn. */
export function* templatesOf(object: KubeObject, parts: readonly Part[]): Iterable<Fact> {
  if (object.group !== group) return;
  const whole = wholePaths[object.kind];
  if (whole !== undefined) yield* runOf(object, whole);
  const entries = entriesOf(object);
  for (const { value, path } of parts) {
    const name = nameTextAt(value, "templateRef", "name");
    if (name === undefined) continue;
    const isOfCluster = nameTextAt(value, "templateRef", "clusterScope") === "true";
    const part = nameTextAt(value, "templateRef", "template");
    yield* take(object, `${path}.templateRef.name`, { name, isOfCluster, part, entries });
  }
}

/** What a template holds, told by the parts of it that give it. */
export function asShown(object: KubeObject, facts: Iterable<Fact>): Iterable<Fact> {
  return isShown(object) ? shown(object, facts) : facts;
}

function* shown(object: KubeObject, facts: Iterable<Fact>): Iterable<Fact> {
  const entries = entriesOf(object);
  for (const fact of facts) {
    yield fact.kind === "holds"
      ? { ...fact, shownBy: partsThat(fact.at.property.slice(object.path.length), entries) }
      : fact;
  }
}

function isShown({ group: own, kind }: KubeObject): boolean {
  return own === group && shownKinds.has(kind);
}

/** That a run of a whole template is one workload with it; one for the whole cluster is run by somebody of each namespace. */
function* runOf(object: KubeObject, path: readonly string[]): Iterable<Fact> {
  const name = nameTextAt(object.body, ...path, "name");
  const space = spaceOf(object);
  if (name === undefined || space === undefined) return;
  const at = [...path, "name"].join(".");
  if (nameTextAt(object.body, ...path, "clusterScope") === "true") {
    yield* take(object, at, { name, isOfCluster: true, part: undefined, entries: [] });
    return;
  }
  const also = k8sName(object.cluster, space, `WorkflowTemplate.${group}`, name);
  yield { kind: "alias", at: atOf(object, at), thing: object.thing, also };
}

interface Taken {
  readonly name: string;
  readonly isOfCluster: boolean;
  readonly part: string | undefined;
  readonly entries: readonly Entry[];
}

function* take(object: KubeObject, property: string, taken: Taken): Iterable<Fact> {
  const { name, isOfCluster, part, entries } = taken;
  const { cluster } = object;
  const namespace = spaceOf(object);
  // In which namespace a template for all of a cluster finds another of a namespace, only its run tells.
  if (!isOfCluster && namespace === undefined) return;
  const kind = isOfCluster ? "ClusterWorkflowTemplate" : "WorkflowTemplate";
  yield {
    kind: "takes",
    at: atOf(object, property),
    workload: object.thing,
    template: k8sName(cluster, isOfCluster ? "" : (namespace ?? ""), `${kind}.${group}`, name),
    ...(part !== undefined && { part }),
    ...(isShown(object) && { shownBy: partsThat(property, entries) }),
    ...(isOfCluster && namespace !== undefined && { inNamespace: { cluster, namespace } }),
  };
}

/** A part of a template: where it stands, and the parts by which it is run, itself among them. */
interface Entry {
  readonly path: string;
  readonly by: readonly string[];
}

/** The parts by which what stands at a path is run; none where whichever is. */
function partsThat(property: string, entries: readonly Entry[]): readonly string[] {
  return entries.find(({ path }) => property.startsWith(`${path}.`))?.by ?? [];
}

function entriesOf(object: KubeObject): readonly Entry[] {
  if (!isShown(object)) return [];
  const templates = listAt(object.body, "spec", "templates").map((value, index) => ({
    name: nameTextAt(value, "name") ?? "",
    path: `spec.templates[${index}]`,
    calls: [
      ...listAt(value, "steps").flatMap((group) => listAt(group)),
      ...listAt(value, "dag", "tasks"),
    ].flatMap((step) => nameTextAt(step, "template") ?? []),
  }));
  const callers = new Map<string, string[]>();
  for (const { name, calls } of templates) {
    for (const called of calls) {
      const known = callers.get(called);
      if (known === undefined) callers.set(called, [name]);
      else known.push(name);
    }
  }
  return templates.map(({ name, path }) => ({ path, by: [...reachedFrom(name, callers)] }));
}

function reachedFrom(
  name: string,
  callers: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set([name]);
  for (const each of found) for (const caller of callers.get(each) ?? []) found.add(caller);
  return found;
}
