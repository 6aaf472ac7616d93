import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import { unknownKindOf } from "../identity/harm";
import { selects } from "../selector";
import type { Severity } from "../severity";
import type { Urn } from "../snapshot/value";

/** What calls come to that enter somewhere. */
export interface Behind {
  /** Declared workloads, each once, in the order in which they are found. */
  readonly declared: readonly Name[];
  /** The dependencies of an unknown part of the path; undefined where all is known. */
  readonly dependsOn: readonly Urn[] | undefined;
}

/** How balancers and ingresses authenticate is a matter of their configuration, which is not read. */
export function severityIfUnknown({ way }: Pick<FactOf<"exposes">, "way">): Severity | undefined {
  return way === "load balancer" || way === "ingress" ? "low" : undefined;
}

/** The declared workloads that calls come to from a place, by whatever forwards them. */
export function behind(graph: Graph, from: Name): Behind {
  const seen = new Set<number>();
  const declared = new Map<number, Name>();
  let dependsOn: readonly Urn[] | undefined;
  const queue: Name[] = [from];
  for (const here of queue) {
    const id = graph.idOf(here);
    if (seen.has(id)) continue;
    seen.add(id);
    const workload = declaredFor(graph, here);
    if (workload !== undefined) declared.set(graph.idOf(workload), workload);
    else if (mayBeDeclared(graph, here)) dependsOn ??= [];
    const kind = graph.complete ? unknownKindOf(graph, here)?.value : undefined;
    if (kind?.kind === "unknown") dependsOn = [...(dependsOn ?? []), ...kind.dependsOn];
    for (const { to } of graph.facts("forwards", "from", here)) {
      if (to.kind === "named") queue.push(to.name);
      else dependsOn = [...(dependsOn ?? []), ...to.dependsOn];
    }
    queue.push(...selectedBy(graph, here));
  }
  return { declared: [...declared.values()], dependsOn };
}

/** The declared workload that something is or carries out; undefined without a declaration. */
function declaredFor(graph: Graph, name: Name): Name | undefined {
  if (isDeclared(graph, name)) return name;
  for (const { identity } of graph.facts("runs-as", "workload", name)) {
    const own = nameIn(identity);
    if (own === undefined) continue;
    const owner = graph.facts("owns", "identity", own).map(({ workload }) => workload);
    const declared = owner.find((workload) => isDeclared(graph, workload));
    if (declared !== undefined) return declared;
  }
  return undefined;
}

/** Whether a name may be a declared workload's: alike but for an account that is not known. */
function mayBeDeclared(graph: Graph, name: Name): boolean {
  return (
    graph.complete &&
    graph.possiblySame(name).some((other) => declaredFor(graph, other) !== undefined)
  );
}

function isDeclared(graph: Graph, name: Name): boolean {
  return graph.facts("workload", "workload", name).some(({ is }) => is !== "undeclared");
}

/** The workloads whose pods a Service sends to; unknown ones count, when all are known. */
function selectedBy(graph: Graph, service: Name): readonly Name[] {
  if (!graph.complete) return [];
  return graph
    .facts("sends-to-pods", "from", service)
    .flatMap((fact) => podsOf(graph).filter((pods) => sends(fact, pods, graph)))
    .map(({ workload }) => workload);
}

function sends(
  { namespace, pods }: FactOf<"sends-to-pods">,
  made: FactOf<"makes-pods">,
  graph: Graph,
): boolean {
  const a = nameIn(namespace);
  const b = nameIn(made.namespace);
  if (a !== undefined && b !== undefined && !graph.same(a, b)) return false;
  return selects(pods, made.labels).kind !== "no";
}

function podsOf(graph: Graph): readonly FactOf<"makes-pods">[] {
  return graph.all("makes-pods");
}
