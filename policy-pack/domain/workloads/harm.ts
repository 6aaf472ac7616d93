import type { FactOf } from "../../facts/fact";
import type { Declared, Text } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { compareHarms, harmsOf, isHighRisk } from "../../../core/risk";

/** A declaration of a workload, and its statement, or the unknown one. */
export type Stated<Kind extends string> =
  | { readonly kind: Kind }
  | { readonly kind: "unknown"; readonly stated: FactOf<"declares"> };

/** How a workload decides what to do next, for a complete graph; the default is supervised. */
export function autonomyOf(graph: Graph, workload: Name): Stated<"autonomous" | "supervised"> {
  const stated = statementsOf(graph, workload, "autonomy");
  const isAutonomous = stated.some(
    ({ value }) => value.kind === "known" && value.text !== "supervised",
  );
  if (isAutonomous) return { kind: "autonomous" };
  const unknown = firstUnknown(stated);
  return unknown === undefined ? { kind: "supervised" } : { kind: "unknown", stated: unknown };
}

/**
 * Whether a workload is declared to read sensitive data or to have effects, for a complete graph.
 *
 * Of several statements the worst counts: a known high risk stays one, whatever else is unknown.
 */
export function harmOf(graph: Graph, workload: Name): Stated<"high-risk" | "mild"> {
  const levels = statementsOf(graph, workload, "sensitivity");
  const effects = statementsOf(graph, workload, "effect");
  const isKnownHighRisk = [
    ...levels.flatMap(known).map((sensitivity) => ({ sensitivity })),
    { effects: effects.flatMap(known) },
  ].some(isHighRisk);
  if (isKnownHighRisk) return { kind: "high-risk" };
  const unknown = firstUnknown([...levels, ...effects]);
  return unknown === undefined ? { kind: "mild" } : { kind: "unknown", stated: unknown };
}

/** What a workload is known to read and to cause that makes it a high risk, in words, worst first. */
export function harmsKnownOf(graph: Graph, workload: Name): readonly string[] {
  const levels = statementsOf(graph, workload, "sensitivity").flatMap(known);
  const effects = statementsOf(graph, workload, "effect").flatMap(known);
  const found = [...levels.map((sensitivity) => ({ sensitivity })), { effects }].flatMap(harmsOf);
  return [...new Set(found)].sort(compareHarms);
}

/** What would declare the kind of an undeclared workload; undefined without a candidate, or where the kind is known. */
export function unknownKindOf(graph: Graph, workload: Name): FactOf<"declares"> | undefined {
  const isDeclared = graph
    .facts("workload", "workload", workload)
    .some(({ is }) => is !== "undeclared");
  return isDeclared ? undefined : firstUnknown(statementsOf(graph, workload, "kind"));
}

/** What a workload declares. */
export function statementsOf(
  graph: Graph,
  workload: Name,
  about: Declared,
): readonly FactOf<"declares">[] {
  return graph.facts("declares", "workload", workload).filter((fact) => fact.about === about);
}

function known({ value }: FactOf<"declares">): readonly string[] {
  return value.kind === "known" ? [value.text] : [];
}

/** The first that is not known, in an order that does not depend on that of resources. */
function firstUnknown(stated: readonly FactOf<"declares">[]): FactOf<"declares"> | undefined {
  const unknown = stated.filter(({ value }) => value.kind === "unknown");
  const [first] = [...unknown].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  return first;
}

function placeOf({ at }: FactOf<"declares">): string {
  return `${at.urn} ${at.property}`;
}

/** Why each call of a tool has to be decided, as the end of a sentence about it: `causes`, or what data it `reads`. */
export function harmText(graph: Graph, tool: Name): string {
  const textsOf = (about: "effect" | "sensitivity"): readonly Text[] =>
    statementsOf(graph, tool, about).map(({ value }) => value);
  return harmIn(textsOf("effect"), textsOf("sensitivity"));
}

/** The same for what a grant declares about its tool. */
export function harmIn(effects: readonly Text[], sensitivity: readonly Text[]): string {
  const caused = quoted(effects);
  if (caused.length > 0) return `causes ${caused.join(", ")}`;
  return `reads ${quoted(sensitivity).join(" and ")} data`;
}

function quoted(texts: readonly Text[]): readonly string[] {
  const found = texts.flatMap((text) => (text.kind === "known" ? [`\`${text.text}\``] : []));
  return [...new Set(found)].sort();
}
