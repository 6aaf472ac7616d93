import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { Urn } from "../snapshot/value";
import { allHoldersOf, isWorkload } from "./holders";
import { asHold } from "./may-hold";
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

/** Whether one legacy tool has a secret with all that it contains, and nobody else; for a complete graph. */
export function isLegacyToolsOwn(graph: Graph, part: SecretPart): boolean {
  return legacyToolAlone(graph, part) !== undefined;
}

/** The legacy tool that alone has a secret with all that it contains; undefined where there is none. */
export function legacyToolAlone(graph: Graph, part: SecretPart): Name | undefined {
  const [first, ...others] = havingAny(graph, part);
  return first !== undefined && others.length === 0 && isLegacyTool(graph, first)
    ? first
    : undefined;
}

/** The workloads that have a configuration: that which is given it, or those that read it or what it is a part of. */
export function readersOf(
  graph: Graph,
  { config, key }: FactOf<"mcp-credential">,
): readonly Name[] {
  if (isWorkload(graph, config)) return [config];
  const readers = [...containersOf(graph, { name: config, key }, false)].flatMap((part) =>
    graph
      .facts("holds", "secret", part.name)
      .filter((fact) => meets(part, fact.key) && fact.through !== "image pull")
      .map(({ workload }) => workload),
  );
  return distinctThings(graph, readers);
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
