import type { At } from "./fact-values";
import type { Graph } from "./graph";
import { labelOf, type Name } from "./name";

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

/** A thing as people name it: a workload by its label, else its most telling name. Hostile wherever it is shown. */
export function labelOfThing(graph: Graph, name: Name): string {
  return graph.unwatched(() => {
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
  });
}

/**
 * A workload as people name it where a fact of it stands: of several controllers that are one workload, the one that says so.
 */
export function labelAt(graph: Graph, workload: Name, at: At): string {
  const own = graph.unwatched(() =>
    graph
      .facts("workload", "workload", workload)
      .find((fact) => fact.at.urn === at.urn && at.property.startsWith(fact.at.property)),
  );
  return own?.is === "undeclared" ? own.label : labelOfThing(graph, workload);
}

/** Two things as people name them, with what each is where one label is that of both: `acme/a (Deployment)`. */
export function labelsApart(graph: Graph, one: Name, other: Name): readonly [string, string] {
  const labels = [labelOfThing(graph, one), labelOfThing(graph, other)] as const;
  if (labels[0] !== labels[1]) return labels;
  const [first, second] = [one, other].map((name) => whatIs(graph, name)) as [string, string];
  return first === second ? labels : [withWhat(labels[0], first), withWhat(labels[1], second)];
}

function whatIs(graph: Graph, name: Name): string {
  return graph.unwatched(() => {
    const whats = graph.facts("workload", "workload", name).map(({ what }) => what);
    return whats.sort()[0] ?? "";
  });
}

function withWhat(label: string, what: string): string {
  return what === "" ? label : `${label} (${what})`;
}
