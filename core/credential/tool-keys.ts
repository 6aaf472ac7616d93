import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { Urn } from "../snapshot/value";
import { allHoldersOf, isWorkload } from "./holders";
import { asHold, mayHoldOf } from "./may-hold";
import { containersOf, contentsOf, meets, type SecretPart } from "./reach";

/** How a variable of a workload comes to a static credential. */
export type Fed =
  | { readonly kind: "literal" }
  | { readonly kind: "secret"; readonly part: SecretPart }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] }
  | { readonly kind: "none" };

const legacyTool = "LegacyTool";

/** Whether a workload is declared to be one that alone has the key of a platform that knows nothing better. */
export function isLegacyTool(graph: Graph, workload: Name): boolean {
  return graph.facts("workload", "workload", workload).some(({ what }) => what === legacyTool);
}

/** Whoever has, or may have, a secret or something that it contains; for a complete graph. */
export function havingAny(graph: Graph, part: SecretPart): readonly Name[] {
  const holders = contentsOf(graph, part, false).flatMap((one) => allHoldersOf(graph, one, true));
  return distinctThings(graph, holders);
}

/** Whether one legacy tool has a secret with all that it contains, and nobody else. */
export type Alone =
  | { readonly kind: "alone"; readonly tool: Name }
  /** Whether it has it, or others too, waits for what a preview does not know. */
  | {
      readonly kind: "maybe";
      readonly tool: Name;
      /** Whoever may have it, the tool among them where it is not certain to. */
      readonly may: readonly Name[];
      readonly waitsFor: readonly Urn[];
    }
  | { readonly kind: "none" };

/** Whether a legacy tool alone has a secret with all that it contains; for a complete graph. */
export function legacyToolAlone(graph: Graph, part: SecretPart): Alone {
  const [first, ...others] = havingAny(graph, part);
  if (others.length > 0 || (first !== undefined && !isLegacyTool(graph, first))) {
    return { kind: "none" };
  }
  const open = mayHoldOf(graph, part).filter(
    ({ workload }) => first === undefined || !graph.same(workload, first),
  );
  const may = distinctThings(
    graph,
    open.map(({ workload }) => workload),
  );
  const tool = first ?? may.find((name) => isLegacyTool(graph, name));
  if (tool === undefined) return { kind: "none" };
  if (may.length === 0) return { kind: "alone", tool };
  return { kind: "maybe", tool, may, waitsFor: waitsForAny(open) };
}

/** A workload that has a configuration. */
export interface Reader {
  readonly workload: Name;
  /** Where it is not certain to have it: what that waits for. */
  readonly waitsFor?: readonly Urn[];
}

/**
 * The workloads that have a configuration, or may have: that which is given it, or those that read it or what it is a
 * part of; those that are certain to first.
 */
export function readersOf(
  graph: Graph,
  { config, key }: FactOf<"mcp-credential">,
): readonly Reader[] {
  if (isWorkload(graph, config)) return [{ workload: config }];
  const parts = [...containersOf(graph, { name: config, key }, false)];
  const readBy = <K extends "holds" | "may-hold">(kind: K): readonly FactOf<K>[] =>
    parts.flatMap((part) =>
      graph
        .facts(kind, "secret", part.name)
        .filter((fact) => meets(part, fact.key) && fact.through !== "image pull"),
    );
  const workloadsIn = (facts: readonly { readonly workload: Name }[]): readonly Name[] =>
    distinctThings(
      graph,
      facts.map(({ workload }) => workload),
    );
  const certain = workloadsIn(readBy("holds"));
  const open = readBy("may-hold").filter(
    ({ workload }) => !certain.some((name) => graph.same(name, workload)),
  );
  return [
    ...certain.map((workload) => ({ workload })),
    ...workloadsIn(open).map((workload) => ({
      workload,
      waitsFor: waitsForAny(open.filter((fact) => graph.same(fact.workload, workload))),
    })),
  ];
}

function waitsForAny(facts: readonly FactOf<"may-hold">[]): readonly Urn[] {
  return [...new Set(facts.flatMap(({ waitsFor }) => waitsFor))];
}

/** Each thing once, by stable name. */
function distinctThings(graph: Graph, names: readonly Name[]): readonly Name[] {
  const byName = new Map(names.map((name) => [graph.canonical(name), name]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, name]) => name);
}

/** Which static credential a workload's environment has under a name; for a complete graph. */
export function feedOf(graph: Graph, workload: Name, variable: string): Fed {
  const open: (readonly Urn[])[] = [];
  for (const literal of graph.facts("literal", "holder", workload)) {
    if (literal.under !== variable) continue;
    if (literal.unknown !== true) return { kind: "literal" };
    open.push(literal.waitsFor ?? []);
  }
  for (const fact of graph.facts("holds", "workload", workload)) {
    const fed = fedByHold(graph, fact, variable);
    if (fed.kind === "literal" || fed.kind === "secret") return fed;
    if (fed.kind === "unknown") open.push(fed.waitsFor);
  }
  for (const fact of graph.facts("may-hold", "workload", workload)) {
    const fed = fedByHold(graph, asHold(fact), variable);
    if (fed.kind === "none") continue;
    open.push([...fact.waitsFor, ...(fed.kind === "unknown" ? fed.waitsFor : [])]);
  }
  return unlessNone(open);
}

/** Which static credential something that a workload holds puts into its environment under a name. */
function fedByHold(graph: Graph, fact: FactOf<"holds">, variable: string): Fed {
  if (fact.apart !== undefined || fact.through === "image pull") return { kind: "none" };
  const { workload, under, through, prefix = "" } = fact;
  const name = nameIn(fact.secret);
  if (name === undefined) {
    if (under === variable) return { kind: "secret", part: { name: workload, key: variable } };
    const isAny = under === undefined && isEnvironment(fact);
    return isAny ? { kind: "unknown", waitsFor: waitsOf(fact) } : { kind: "none" };
  }
  if (through === "configuration") {
    return { kind: isConfigured(graph, fact, name, variable) ? "literal" : "none" };
  }
  if (under === variable) return { kind: "secret", part: { name, key: fact.key } };
  if (through !== "envFrom" || !variable.startsWith(prefix)) return { kind: "none" };
  const key = variable.slice(prefix.length);
  const said = graph.facts("keys", "container", name);
  if (said.some(({ keys }) => keys.includes(key))) return { kind: "secret", part: { name, key } };
  if (said.length === 0) return { kind: "unknown", waitsFor: [] };
  return unlessNone(said.flatMap(({ waitsFor }) => (waitsFor === undefined ? [] : [waitsFor])));
}

function unlessNone(open: readonly (readonly Urn[])[]): Fed {
  return open.length > 0 ? { kind: "unknown", waitsFor: open.flat() } : { kind: "none" };
}

function isEnvironment({ through }: FactOf<"holds">): boolean {
  return through === "env" || through === "envFrom" || through === "function environment";
}

function waitsOf({ secret }: FactOf<"holds">): readonly Urn[] {
  return secret.kind === "unknown" ? secret.waitsFor : [];
}

/** Whether a ConfigMap has a credential under the key that a variable takes. */
function isConfigured(
  graph: Graph,
  { under, key, prefix = "" }: FactOf<"holds">,
  config: Name,
  variable: string,
): boolean {
  return graph.facts("literal", "holder", config).some((literal) => {
    if (literal.key === undefined) return false;
    return under === undefined
      ? key === undefined && prefix + literal.key === variable
      : under === variable && literal.key === key;
  });
}
