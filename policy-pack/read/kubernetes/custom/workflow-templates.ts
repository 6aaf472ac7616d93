import { isCertain } from "../../../domain/secrets/possible-use";
import type { Fact } from "../../../facts/fact";
import { named } from "../../../facts/fact-values";
import { k8sName } from "../../../facts/name";
import { entriesAt, listAt } from "../../../../core/snapshot/read";
import type { Urn, Value } from "../../../../core/snapshot/value";
import { catalogued } from "../../catalogue/kinds";
import { atOf, spaceOf, type KubeObject } from "../object";
import type { Part } from "../../catalogue/paths";
import { nameTextAt, textAt } from "../text";

const group = "argoproj.io";

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
    const property = `${path}.templateRef.name`;
    const reference = referenceAt(value, "templateRef");
    if (reference === undefined) continue;
    if (reference.kind === "unknown") yield* unknownReference(object, property, reference);
    else yield* takes(object, property, { ...reference, entries });
  }
}

/** The contents of a template, by the parts of it that pass them. */
export function asShown(object: KubeObject, facts: Iterable<Fact>): Iterable<Fact> {
  return isShown(object) ? shown(object, facts) : facts;
}

function* shown(object: KubeObject, facts: Iterable<Fact>): Iterable<Fact> {
  const entries = entriesOf(object);
  for (const fact of facts) {
    yield fact.kind === "uses" && isCertain(fact)
      ? { ...fact, shownBy: partsThat(fact.at.property.slice(object.path.length), entries) }
      : fact;
  }
}

/** Whether an object only passes its contents to those that run it. */
export function isShown(object: KubeObject): boolean {
  return catalogued(object).is === "template";
}

/** That a run of a whole template is one workload with it; a cluster-wide one runs in each namespace. */
function* runOf(object: KubeObject, path: readonly string[]): Iterable<Fact> {
  const reference = referenceAt(object.body, ...path);
  const space = spaceOf(object);
  if (reference === undefined || space === undefined) return;
  const at = [...path, "name"].join(".");
  if (reference.kind === "unknown") {
    yield* unknownReference(object, at, reference, runsOfTemplates);
    return;
  }
  const { name, isOfCluster } = reference;
  if (isOfCluster !== false) {
    yield* takes(object, at, { ...reference, entries: [] });
    return;
  }
  const also = k8sName(object.cluster, space, `WorkflowTemplate.${group}`, name);
  yield { kind: "alias", at: atOf(object, at), thing: object.thing, also };
}

/** A template that is named, and the part of it. */
interface Named {
  readonly kind: "named";
  readonly name: string;
  /** Whether it is cluster-wide; undefined where that is unknown in a preview. */
  readonly isOfCluster: boolean | undefined;
  readonly part: string | undefined;
  /** Where it is not known which template it is, or which part of it: what that waits for. */
  readonly dependsOn?: readonly Urn[];
}

/** A template of unknown name. */
interface Unnamed {
  readonly kind: "unknown";
  readonly isOfCluster: boolean | undefined;
  readonly dependsOn: readonly Urn[];
}

type Reference = Named | Unnamed;

/** Which template is named at a path; undefined where none is. */
function referenceAt(value: Value, ...path: readonly string[]): Reference | undefined {
  const name = textAt(value, ...path, "name");
  if (name.kind === "absent" || (name.kind === "text" && name.text === "")) return undefined;
  const scope = textAt(value, ...path, "clusterScope");
  const isOfCluster =
    scope.kind === "unknown" ? undefined : scope.kind === "text" && scope.text === "true";
  if (name.kind === "unknown") return { kind: "unknown", isOfCluster, dependsOn: name.dependsOn };
  const part = textAt(value, ...path, "template");
  const open = [scope, part].flatMap((each) => (each.kind === "unknown" ? [each.dependsOn] : []));
  return {
    kind: "named",
    name: name.text,
    isOfCluster,
    part: nameTextAt(value, ...path, "template"),
    ...(open.length > 0 && { dependsOn: open.flat() }),
  };
}

/** The kind by which what runs one template is known as one workload. */
const runsOfTemplates = "WorkflowTemplate";

/** @param runs the kind by which all that runs one is known, where the object runs all of it */
function* unknownReference(
  object: KubeObject,
  property: string,
  { isOfCluster, dependsOn }: Unnamed,
  runs?: string,
): Iterable<Fact> {
  const wide = isOfCluster === false ? [] : [`ClusterWorkflowTemplate.${group}`];
  const own = isOfCluster === true ? [] : [`WorkflowTemplate.${group}`];
  yield* runsUnknownTemplate(object, property, { wide, own, runs, dependsOn });
}

/** Which kinds of templates one may be that is not known. */
interface UnknownTemplate {
  /** Kinds for all of the cluster, and kinds of the object's namespace. */
  readonly wide: readonly string[];
  readonly own: readonly string[];
  /** The kind by which all that runs one template is known, where the object runs all of it. */
  readonly runs: string | undefined;
  readonly dependsOn: readonly Urn[];
}

/** That a workload of an unknown template receives the secrets that this names. */
export function* runsUnknownTemplate(
  object: KubeObject,
  property: string,
  { wide, own, runs, dependsOn }: UnknownTemplate,
): Iterable<Fact> {
  const { cluster, thing: workload } = object;
  const at = atOf(object, property);
  const within = spaceOf(object);
  const inSpace = [...own, ...(runs === undefined ? [] : [runs])];
  const among = [
    ...wide.map((kind) => k8sName(cluster, "", kind, "")),
    ...(within === undefined ? [] : inSpace.map((kind) => k8sName(cluster, within, kind, ""))),
  ];
  const unknown = { kind: "unknown", dependsOn } as const;
  const isRun = runs !== undefined && { isRun: true as const };
  yield { kind: "runs-template", at, workload, template: unknown, among, ...isRun };
  yield { kind: "uses", at, workload, secret: unknown, through: "task secret" };
}

interface Taken extends Named {
  readonly entries: readonly Entry[];
}

function* takes(object: KubeObject, property: string, taken: Taken): Iterable<Fact> {
  const { isOfCluster } = taken;
  for (const each of isOfCluster === undefined ? [true, false] : [isOfCluster]) {
    yield* take(object, property, { ...taken, isOfCluster: each });
  }
}

function* take(object: KubeObject, property: string, taken: Taken): Iterable<Fact> {
  const { name, isOfCluster = false, part, entries, dependsOn } = taken;
  const { cluster } = object;
  const namespace = spaceOf(object);
  // Only a run shows in which namespace a cluster-wide template finds another of a namespace.
  if (!isOfCluster && namespace === undefined) return;
  const kind = isOfCluster ? "ClusterWorkflowTemplate" : "WorkflowTemplate";
  yield {
    kind: "runs-template",
    at: atOf(object, property),
    workload: object.thing,
    template: named(
      k8sName(cluster, isOfCluster ? "" : (namespace ?? ""), `${kind}.${group}`, name),
    ),
    ...(part !== undefined && { part }),
    ...(isShown(object) && { shownBy: partsThat(property, entries) }),
    ...(isOfCluster && namespace !== undefined && { inNamespace: { cluster, namespace } }),
    ...(dependsOn !== undefined && { dependsOn }),
  };
}

/** A part of a template: its location, and the parts by which it is run, itself among them. */
interface Entry {
  readonly path: string;
  readonly by: readonly string[];
}

/** The parts by which the value at a path is run; none where any of them is. */
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
    ].flatMap(calledBy),
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

/** The parts that a step or task runs, itself or once it ends or gets somewhere. Source: argo-workflows.readthedocs.io, WorkflowStep, DAGTask, LifecycleHook. */
function calledBy(step: Value): readonly string[] {
  const hooks = entriesAt(step, "hooks").map(([, hook]) => nameTextAt(hook, "template"));
  return [nameTextAt(step, "template"), nameTextAt(step, "onExit"), ...hooks].flatMap(
    (name) => name ?? [],
  );
}

function reachedFrom(
  name: string,
  callers: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set([name]);
  for (const each of found) for (const caller of callers.get(each) ?? []) found.add(caller);
  return found;
}
