import type { FactOf } from "../../graph/fact";
import type { RbacRule } from "../../graph/fact-values";
import type { Graph } from "../../graph/graph";
import { oncePerGraph } from "../../graph/once-per-graph";
import { onceForEach } from "../../graph/once-for-each";
import type { Name } from "../../graph/name";
import {
  bindingsOf,
  bindingsOfUnknown,
  possibleBindingsOf,
  dependenciesOfBinding,
} from "../../identity/account";
import { OpenBindings } from "../../identity/open-bindings";
import type { Urn } from "../../snapshot/value";
import { createsNamed, mayPatch, type Given } from "./applied";
import { opens, ways, type Way } from "./escalation-paths";
import { rightsOf } from "./rights";

/** What other bindings give an account of what a way needs beside it: for each way the first rule. */
export interface Beside {
  /** Those that are known. */
  readonly known: ReadonlyMap<Way, RbacRule>;
  /** Those that it is not known to have. */
  readonly open: ReadonlyMap<Way, RbacRule>;
  /** What lets it patch what another rule lets it create by name. */
  readonly patching: readonly Given[];
}

/** Of nobody who has another binding. */
export const noneBeside: Beside = { known: new Map(), open: new Map(), patching: [] };

/** The ways that more than one rule opens. */
const needing = ways.filter((way) => way.with !== undefined);

/** The ways that are opened by creating something and not by patching it. */
const creating = ways.filter(
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

/** What bindings give an account, or may give it, of what ways need; found once, for a complete graph. */
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

/** What any binding gives someone: whoever is not known yet may be any of them. */
export function besideAnyPrincipal(
  graph: Graph,
  rules: readonly RbacRule[],
  whom: readonly Urn[],
): Beside {
  const isHelped = (rule: RbacRule): boolean =>
    createsNamed(rule) || needing.some((way) => opens(rule, way));
  if (!rules.some(isHelped)) return noneBeside;
  const given = gatherAll(graph);
  if (whom.length === 0) return given;
  const open = Array.from(given.first, ([way, rule]): readonly [Way, RbacRule] => [
    way,
    { ...rule, dependsOn: [...(rule.dependsOn ?? []), ...whom] },
  ]);
  const patching = given.patching.map(({ rule, where }) => {
    return { rule: { ...rule, dependsOn: [...(rule.dependsOn ?? []), ...whom] }, where };
  });
  return { known: noneBeside.known, open: new Map(open), patching };
}

const gatherAll = oncePerGraph((graph) => {
  const found = new Found();
  for (const fact of graph.all("binds")) found.addAll(graph, fact, []);
  return found;
});

/** The bindings of whom nobody knows that give what some way needs. */
const helpingOf = oncePerGraph((graph) => {
  const facts = bindingsOfUnknown(graph).filter(({ role }) =>
    rightsOf(graph, role)?.some(
      (rule) => mayApply(rule) || needing.some((way) => mayHelp(rule, way)),
    ),
  );
  return new OpenBindings(facts);
});

/** Whether a rule lets what opens a way be patched, which by name alone it does not let be created. */
function mayApply(rule: RbacRule): boolean {
  const asIfPatched = { ...rule, verbs: ["create", "patch"] };
  return mayPatch(rule) && creating.some((way) => opens(asIfPatched, way));
}

/** Whether a rule gives what a way needs to whom it is not known to be given. */
function mayHelp(rule: RbacRule, way: Way): boolean {
  return way.with?.({ ...rule, dependsOn: rule.dependsOn ?? [] }) === true;
}

/** The first rule for each way, as they are found. */
class Found implements Beside {
  readonly known = new Map<Way, RbacRule>();
  readonly open = new Map<Way, RbacRule>();
  /** Those that came first, were it not known whether anyone has them. */
  readonly first = new Map<Way, RbacRule>();
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

  /** @param whom what it takes to know whom the binding binds; empty where that is known, or nobody says */
  addAll(graph: Graph, { role, where }: FactOf<"binds">, whom: readonly Urn[]): void {
    for (const rule of rightsOf(graph, role) ?? []) {
      const dependsOn = [...(rule.dependsOn ?? []), ...whom];
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
