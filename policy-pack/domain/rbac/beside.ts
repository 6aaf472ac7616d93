import type { FactOf } from "../../facts/fact";
import type { RbacRule } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import { onceForEach } from "../../facts/once-for-each";
import type { Name } from "../../facts/name";
import {
  bindingsOf,
  bindingsOfUnknown,
  possibleBindingsOf,
  dependenciesOfBinding,
} from "./account";
import { OpenBindings } from "./open-bindings";
import type { Urn } from "../../../core/snapshot/value";
import { createsNamed, mayPatch, type Given } from "./applied";
import { opens, escalationPaths, type EscalationPath } from "./escalation-paths";
import { rightsOf } from "./rights";

/** What other bindings give an account that a path needs beside it: for each path the first rule. */
export interface Beside {
  /** Those that are known. */
  readonly known: ReadonlyMap<EscalationPath, RbacRule>;
  /** Those that it is not known to have. */
  readonly open: ReadonlyMap<EscalationPath, RbacRule>;
  /** What allows it to patch what another rule allows it to create by name. */
  readonly patching: readonly Given[];
}

/** Bindings of no subject that has another binding. */
export const noneBeside: Beside = { known: new Map(), open: new Map(), patching: [] };

/** The paths that more than one rule opens. */
const needing = escalationPaths.filter((way) => way.with !== undefined);

/** The paths that creating something opens and patching it does not. */
const creating = escalationPaths.filter(
  ({ verbs, resources }) =>
    verbs.includes("create") &&
    !verbs.includes("patch") &&
    resources.some((resource) => !resource.includes("/")),
);

/** Whether all is known of a rule. */
export function isKnown({ dependsOn }: RbacRule): boolean {
  return dependsOn === undefined;
}

const gathered = onceForEach(gather);

/** What bindings give, or may give, an account that paths need; computed once, for a complete graph. */
export function besideOf(graph: Graph, account: Name): Beside {
  return gathered(graph, account);
}

function gather(graph: Graph, account: Name): Beside {
  const found = new Found();
  for (const fact of bindingsOf(graph, account)) found.addAll(graph, fact, []);
  for (const fact of possibleBindingsOf(graph, account, helpingOf(graph))) {
    found.addAll(graph, fact, dependenciesOfBinding(graph, fact));
    if (found.isFull()) break;
  }
  return found;
}

/** What any binding gives its subject: an unknown subject may be any of them. */
export function besideAnyPrincipal(
  graph: Graph,
  rules: readonly RbacRule[],
  subjectDependsOn: readonly Urn[],
): Beside {
  const isHelped = (rule: RbacRule): boolean =>
    createsNamed(rule) || needing.some((way) => opens(rule, way));
  if (!rules.some(isHelped)) return noneBeside;
  const given = gatherAll(graph);
  if (subjectDependsOn.length === 0) return given;
  const open = Array.from(given.first, ([way, rule]): readonly [EscalationPath, RbacRule] => [
    way,
    { ...rule, dependsOn: [...(rule.dependsOn ?? []), ...subjectDependsOn] },
  ]);
  const patching = given.patching.map(({ rule, where }) => {
    return {
      rule: { ...rule, dependsOn: [...(rule.dependsOn ?? []), ...subjectDependsOn] },
      where,
    };
  });
  return { known: noneBeside.known, open: new Map(open), patching };
}

const gatherAll = oncePerGraph((graph) => {
  const found = new Found();
  for (const fact of graph.all("binds")) found.addAll(graph, fact, []);
  return found;
});

/** The bindings of an unknown subject that give what some path needs. */
const helpingOf = oncePerGraph((graph) => {
  const facts = bindingsOfUnknown(graph).filter(({ role }) =>
    rightsOf(graph, role)?.some(
      (rule) => mayApply(rule) || needing.some((way) => mayHelp(rule, way)),
    ),
  );
  return new OpenBindings(facts);
});

/** Whether a rule allows patching what opens a path, where creating it by name is not allowed. */
function mayApply(rule: RbacRule): boolean {
  const asIfPatched = { ...rule, verbs: ["create", "patch"] };
  return mayPatch(rule) && creating.some((way) => opens(asIfPatched, way));
}

/** Whether a rule may give what a path needs to an unknown subject. */
function mayHelp(rule: RbacRule, way: EscalationPath): boolean {
  return way.with?.({ ...rule, dependsOn: rule.dependsOn ?? [] }) === true;
}

/** The first rule for each path, as they are found. */
class Found implements Beside {
  readonly known = new Map<EscalationPath, RbacRule>();
  readonly open = new Map<EscalationPath, RbacRule>();
  /** Those that came first, if it were unknown who has them. */
  readonly first = new Map<EscalationPath, RbacRule>();
  readonly patching: Given[] = [];

  /** Whether more rules add nothing. */
  isFull(): boolean {
    const patchesAll = this.patching.some(
      ({ rule, where }) =>
        where.kind === "cluster" &&
        !isKnown(rule) &&
        rule.apiGroups.includes("*") &&
        rule.resources.includes("*") &&
        rule.resourceNames.length === 0,
    );
    return this.known.size + this.open.size === 2 * needing.length && patchesAll;
  }

  /** @param subjectDependsOn dependencies of an unknown subject of the binding; empty for a known one */
  addAll(graph: Graph, { role, where }: FactOf<"binds">, subjectDependsOn: readonly Urn[]): void {
    for (const rule of rightsOf(graph, role) ?? []) {
      const dependsOn = [...(rule.dependsOn ?? []), ...subjectDependsOn];
      const given = dependsOn.length === 0 ? rule : { ...rule, dependsOn };
      const of = isKnown(given) ? this.known : this.open;
      if (mayApply(rule)) this.patching.push({ rule: given, where });
      for (const way of needing) {
        if (way.isWithInCluster === true && where.kind !== "cluster") continue;
        if (!of.has(way) && way.with?.(given) === true) of.set(way, given);
        if (!this.first.has(way) && mayHelp(rule, way)) this.first.set(way, rule);
      }
    }
  }
}
