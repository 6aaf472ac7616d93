import { mask } from "../../core/snapshot/value";
import { eksClusterIn } from "./eks-scope";
import type { FactOf } from "./fact";
import type { At } from "./fact-values";
import type { Graph } from "./graph";
import { labelOf, scopeOf, type Name } from "./name";

/** Kinds of names in the order in which people would rather read them. */
const preference = [
  "k8s|",
  "iam-role|",
  "secret|",
  "parameter|",
  "iam-user|",
  "function|",
  "spiffe://",
];

/**
 * A thing by its readable name: a workload by its label, else its most specific name. Where all of that is marked as secret, it
 * is the name of its resource. Hostile wherever it is shown.
 */
export function labelOfThing(graph: Graph, name: Name): string {
  return graph.unwatched(() => calledSo(graph, name, bestLabel(graph, name)));
}

/** A workload as people name it that a fact is about. */
export function labelIn(graph: Graph, { workload, label }: FactOf<"workload">): string {
  return calledSo(graph, workload, label);
}

/** A label that may be shown; of what is no resource one that is masked stays. */
function calledSo(graph: Graph, name: Name, label: string): string {
  if (graph.masks.over(label) !== mask) return label;
  const resource = resourceOf(graph, name);
  return resource === "" ? label : resource;
}

function bestLabel(graph: Graph, name: Name): string {
  const workload = graph.facts("workload", "workload", name);
  const declared = workload.filter((fact) => fact.is !== "undeclared");
  const [label] = (declared.length > 0 ? declared : workload).map((fact) => fact.label).sort();
  if (label !== undefined) return label;
  const names = [...graph.namesOf(name)].sort();
  for (const kind of preference) {
    const fitting = names.find((candidate) => candidate.startsWith(kind));
    if (fitting !== undefined) return labelOf(fitting);
  }
  return labelOf(graph.canonical(name));
}

/**
 * A workload by its readable name at the location of a fact: of several controllers that are one workload, the one with the
 * fact.
 */
export function labelAt(graph: Graph, workload: Name, at: At): string {
  const own = graph.unwatched(() =>
    graph
      .facts("workload", "workload", workload)
      .find((fact) => fact.at.urn === at.urn && at.property.startsWith(fact.at.property)),
  );
  return own?.is === "undeclared" ? labelIn(graph, own) : labelOfThing(graph, workload);
}

/**
 * Two things by their readable names. Where both have one label, what distinguishes them is added: the kind, the stack, the
 * cluster, or the name in the program: `acme/a (Deployment)`, `desk (globex/prod)`, `acme/a (EKS cluster prod)`.
 *
 * @param at the location of a fact of the first, which has its name there, by {@link labelAt}
 */
export function distinctLabels(
  graph: Graph,
  one: Name,
  other: Name,
  at?: At,
): readonly [string, string] {
  const own = at === undefined ? labelOfThing(graph, one) : labelAt(graph, one, at);
  const labels = [own, labelOfThing(graph, other)] as const;
  if (labels[0] !== labels[1]) return labels;
  for (const partOf of [whatIs, stackOf, clusterOf, resourceOf]) {
    const [first, second] = [partOf(graph, one), partOf(graph, other)];
    if (first !== second) return [withPart(labels[0], first), withPart(labels[1], second)];
  }
  return labels;
}

function whatIs(graph: Graph, name: Name): string {
  return graph.unwatched(() => {
    const whats = graph.facts("workload", "workload", name).map(({ what }) => what);
    return whats.sort()[0] ?? "";
  });
}

/** The project and stack of a thing that is a resource; empty for any other. */
function stackOf(graph: Graph, name: Name): string {
  const [stack = "", project = ""] = urnOf(graph, name)
    .replace(/^urn:pulumi:/, "")
    .split("::");
  return project === "" ? "" : `${project}/${stack}`;
}

/** The cluster of Amazon EKS that a thing is in, where it is known by no API server. */
function clusterOf(graph: Graph, name: Name): string {
  const scopes = graph.unwatched(() => graph.namesOf(name).map((each) => scopeOf(each) ?? ""));
  const clusters = scopes.flatMap((scope) => eksClusterIn(scope)?.cluster ?? []).sort();
  return clusters[0] === undefined ? "" : `EKS cluster ${clusters[0]}`;
}

function resourceOf(graph: Graph, name: Name): string {
  return urnOf(graph, name).split("::").at(-1) ?? "";
}

function urnOf(graph: Graph, name: Name): string {
  const canonical = graph.unwatched(() => graph.canonical(name));
  return canonical.startsWith("urn:pulumi:") ? canonical : "";
}

function withPart(label: string, part: string): string {
  return part === "" ? label : `${label} (${part})`;
}
