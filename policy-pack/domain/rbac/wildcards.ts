import type { Uncertainty } from "../../../core/certainty";
import { countWork } from "../../../core/work";
import type { FactOf } from "../../facts/fact";
import type { RbacRule } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { ruleBreadth, textOfRule, type RuleBreadth } from "./breadth";
import { isAbout } from "./resources";
import { rightsOf } from "./rights";
import { isNamespaced } from "./scope";
import { boundBy, uncertaintyOfSubject } from "./subject";
import { firstOf } from "../../../core/listed";

/** What a binding gives too much of; undefined where it gives nothing of the kind. */
export type BoundWildcard =
  | { readonly kind: "masters" }
  | {
      readonly kind: RuleBreadth;
      /** Up to three of the rules, as people read them. */
      readonly what: string;
      /** The first of the broadest of these. */
      readonly worst: RbacRule;
      /** All of them. */
      readonly rules: readonly RbacRule[];
      readonly uncertainty?: Uncertainty;
    }
  /** The role is not in the stack, nor one that every cluster has. */
  | { readonly kind: "role not known" };

const order: readonly RuleBreadth[] = ["everything", "wildcard", "harmless wildcard"];

/** What of everything a binding gives to an account, or to a group that accounts are in; for a graph that is complete. */
export function boundWildcard(graph: Graph, fact: FactOf<"binds">): BoundWildcard | undefined {
  const bound = boundBy(graph, fact);
  if (bound === "masters") return { kind: "masters" };
  if (bound === "others") return undefined;
  const all = rightsOf(graph, fact.role);
  if (all === undefined) {
    const isOpen = bound === "unknown" && fact.accessEntry === undefined;
    return isOpen ? undefined : { kind: "role not known" };
  }
  const rules = fact.where.kind === "cluster" ? all : all.flatMap(inNamespace);
  const known = rules.filter((rule) => rule.dependsOn === undefined);
  const certain = worstIn(known);
  const possible = worstIn(rules);
  const uncertainty = bound === "unknown" ? uncertaintyOfSubject(graph, fact) : undefined;
  if (possible !== undefined && uncertainty !== undefined) return { ...possible, uncertainty };
  if (possible === undefined || possible.kind === certain?.kind) return certain;
  const dependsOn = rules.flatMap((rule) => rule.dependsOn ?? []);
  return { ...possible, uncertainty: { reason: "a rule of the role is not known yet", dependsOn } };
}

/** What a rule gives by a RoleBinding: of what is in no namespace, nothing but the namespace itself. */
function inNamespace(rule: RbacRule): readonly RbacRule[] {
  if (isNamespaced(rule).kind === "no" && !isAbout(rule, "", "namespaces")) return [];
  return [{ ...rule, nonResourceURLs: [] }];
}

function worstIn(
  rules: readonly RbacRule[],
): Omit<Extract<BoundWildcard, { readonly rules: unknown }>, "uncertainty"> | undefined {
  countWork(rules.length);
  for (const kind of order) {
    const alike = rules.filter((rule) => ruleBreadth(rule) === kind);
    const [worst] = [...alike].sort((a, b) => wildcardsIn(b) - wildcardsIn(a));
    if (worst === undefined) continue;
    const all = [...new Set(alike.map((rule) => `\`${textOfRule(rule)}\``))];
    const broad = rules.filter((rule) => ruleBreadth(rule) !== undefined);
    return {
      kind,
      worst,
      what: firstOf(all, 3, "; "),
      rules: broad,
    };
  }
  return undefined;
}

/** How much wildcards take in: a resource of whatever name is more than a group of whatever name, and that more than a verb. */
function wildcardsIn({ resources, apiGroups, verbs }: RbacRule): number {
  const weights = [
    [resources, 4],
    [apiGroups, 2],
    [verbs, 1],
  ] as const;
  return weights.reduce((sum, [words, weight]) => sum + (words.includes("*") ? weight : 0), 0);
}
