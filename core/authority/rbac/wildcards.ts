import type { FactOf } from "../../graph/fact";
import type { RbacRule } from "../../graph/fact-values";
import type { Graph } from "../../graph/graph";
import { unknownSubjectOf } from "../../identity/people";
import type { Doubt } from "../authority";
import { ruleBreadth, textOfRule, type RuleBreadth } from "./breadth";
import { isAbout } from "./resources";
import { rightsOf } from "./rights";
import { isNamespaced } from "./scope";
import { boundBy } from "./subject";

/** What a binding gives too much of; undefined where it gives nothing of the kind. */
export type BoundWildcard =
  | { readonly kind: "masters" }
  | {
      readonly kind: RuleBreadth;
      /** Up to three of the rules, as people read them. */
      readonly what: string;
      /** All of them. */
      readonly rules: readonly RbacRule[];
      readonly doubt?: Doubt;
    }
  /** The role is not in the stack, nor one that every cluster has. */
  | { readonly kind: "role not known" };

const order: readonly RuleBreadth[] = ["everything", "wildcard", "harmless wildcard"];

/** What of everything a binding gives to an account, or to a group that accounts are in; for a graph that is complete. */
export function boundWildcard(graph: Graph, fact: FactOf<"binds">): BoundWildcard | undefined {
  const bound = boundBy(fact);
  if (bound === "masters") return { kind: "masters" };
  if (bound === "others") return undefined;
  const all = rightsOf(graph, fact.role);
  if (all === undefined) return bound === "unknown" ? undefined : { kind: "role not known" };
  const rules = fact.where.kind === "cluster" ? all : all.flatMap(inNamespace);
  const known = rules.filter((rule) => rule.waitsFor === undefined);
  const certain = worstIn(known);
  const perhaps = worstIn(rules);
  const whom = bound === "unknown" ? unknownSubjectOf(fact) : undefined;
  if (perhaps !== undefined && whom !== undefined) {
    return { ...perhaps, doubt: { reason: "whom it binds is not known yet", waitsFor: whom } };
  }
  if (perhaps === undefined || perhaps.kind === certain?.kind) return certain;
  const waitsFor = rules.flatMap((rule) => rule.waitsFor ?? []);
  return { ...perhaps, doubt: { reason: "a rule of the role is not known yet", waitsFor } };
}

/** What a rule gives by a RoleBinding: of what is in no namespace, nothing but the namespace itself. */
function inNamespace(rule: RbacRule): readonly RbacRule[] {
  if (isNamespaced(rule).kind === "no" && !isAbout(rule, "", "namespaces")) return [];
  return [{ ...rule, nonResourceURLs: [] }];
}

function worstIn(
  rules: readonly RbacRule[],
): Omit<Extract<BoundWildcard, { readonly rules: unknown }>, "doubt"> | undefined {
  for (const kind of order) {
    const alike = rules.filter((rule) => ruleBreadth(rule) === kind);
    if (alike.length === 0) continue;
    const all = [...new Set(alike.map((rule) => `\`${textOfRule(rule)}\``))];
    const more = all.length - 3;
    const texts = all.slice(0, 3);
    const broad = rules.filter((rule) => ruleBreadth(rule) !== undefined);
    return { kind, what: texts.join("; ") + (more > 0 ? `; and ${more} more` : ""), rules: broad };
  }
  return undefined;
}
