import type { Finding } from "../../findings/finding";
import type { FactOf } from "../../facts/fact";
import { Graph } from "../../facts/graph";
import { answerOf } from "../evaluation";
import { mergeFindings } from "../findings";
import { rules } from "../../rules/index";
import type { Settings } from "../../findings/settings";
import { applyWaivers } from "./apply-waivers";
import { faultsByRestrictions } from "./restrictions";
import type { Waivers } from "./waiver";

/** Findings among which a waiver names one: those of a stack, or those over all stacks. */
export type WaivableFindings = readonly {
  readonly finding: Finding;
  /** What restricts its workload, as facts of stacks have it. */
  readonly restrictions: string;
}[];

/** Lifts what waivers name in each group of findings; adds what there is to report of the waivers themselves, once for all groups. */
export function waiveStacks(
  groups: readonly WaivableFindings[],
  waivers: Waivers,
  settings: Settings,
): readonly Finding[] {
  const lifted: Finding[] = [];
  const facts = new Map<string, FactOf<"waiver">>();
  for (const group of groups) {
    const restrictions = new Map(group.map(({ finding, ...rest }) => [finding, rest.restrictions]));
    const applied = applyWaivers([...restrictions.keys()], waivers, rules, (finding, ids) =>
      faultsByRestrictions(restrictions.get(finding) ?? "", ids),
    );
    lifted.push(...applied.findings);
    for (const fact of applied.facts) facts.set(fact.waiver, joined(facts.get(fact.waiver), fact));
  }
  return [...lifted, ...findingsOf([...facts.values()], waivers, settings)];
}

function joined(before: FactOf<"waiver"> | undefined, fact: FactOf<"waiver">): FactOf<"waiver"> {
  if (before === undefined) return fact;
  const faults = new Map([...before.faults, ...fact.faults].map((each) => [each.text, each]));
  return { ...fact, about: [...before.about, ...fact.about], faults: [...faults.values()] };
}

/** What the rules about waivers report. */
function findingsOf(
  facts: readonly FactOf<"waiver">[],
  waivers: Waivers,
  settings: Settings,
): readonly Finding[] {
  const graph = new Graph();
  for (const fact of facts) graph.add(fact);
  facts.forEach((fact, at) => graph.locate(fact.at.urn, waivers.entries[at]?.source));
  graph.close();
  const requested = rules.filter(
    ({ id, family }) => family === "waivers" && settings.levels[id] !== "disabled",
  );
  const stated = requested.flatMap((rule) =>
    facts.flatMap((fact) => answerOf(rule, fact, graph, settings)),
  );
  return mergeFindings(stated.map(({ finding }) => finding));
}
