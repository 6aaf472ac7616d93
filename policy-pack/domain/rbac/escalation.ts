import type { Uncertainty } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import type { RbacRule } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { countWork } from "../../../core/work";
import { unknownSubjectOf } from "../workloads/people";
import { appliesWithOwnRights } from "./appliers";
import { appliedBy } from "./applied";
import { besideAnyPrincipal, besideOf, isKnown, noneBeside, type Beside } from "./beside";
import { textOfRule } from "./breadth";
import { opens, escalationPaths, type Exempt, type EscalationPath } from "./escalation-paths";
import { rightsOf } from "./rights";
import { isWithoutPods, strongerBeside } from "./stronger";
import { boundBy, uncertaintyOfSubject } from "./subject";

/** How a binding allows accounts to escalate. */
export interface BoundEscalation {
  readonly paths: readonly {
    readonly path: EscalationPath;
    /** The rule that opens it, as people read it. */
    readonly what: string;
    /** The rule that opens it, and the one that it needs beside it. */
    readonly by: readonly RbacRule[];
  }[];
  /** An account of the namespace that workloads could be made to run as. */
  readonly stronger?: Name;
  readonly uncertainty?: Uncertainty;
}

/**
 * How a binding allows an account, or a group of accounts, to escalate; undefined where it does not, or the role is unknown.
 */
export function boundEscalation(graph: Graph, fact: FactOf<"binds">): BoundEscalation | undefined {
  const bound = boundBy(graph, fact);
  if (bound !== "account" && bound !== "accounts" && bound !== "unknown") return undefined;
  const rules = rightsOf(graph, fact.role);
  if (rules === undefined) return undefined;
  const unknownPrincipals = bound === "unknown" ? unknownSubjectOf(fact) : undefined;
  if (bound === "unknown" && unknownPrincipals === undefined) {
    const ofAny = fact.accessEntry?.isAny === true ? inAny(graph, fact, rules) : undefined;
    if (ofAny !== undefined) return ofAny;
    const found = escalationOf(graph, fact, rules);
    const uncertainty = uncertaintyOfSubject(graph, fact);
    return found && { ...found, ...(uncertainty && { uncertainty }) };
  }
  if (unknownPrincipals !== undefined) {
    const beside = besideAnyPrincipal(graph, rules, unknownPrincipals);
    const opened = openedBy(withApplied(rules, fact, beside), { fact, beside, reaches: true });
    const uncertainty = { reason: "its subjects are not known yet", dependsOn: unknownPrincipals };
    return opened.length === 0 ? undefined : { paths: opened, uncertainty };
  }
  return escalationOf(graph, fact, rules);
}

/** How the bound subjects may escalate by rights in some namespace. */
function inAny(
  graph: Graph,
  fact: FactOf<"binds">,
  rules: readonly RbacRule[],
): BoundEscalation | undefined {
  const beside = besideOf(graph, fact.subjectName);
  const opened = openedBy(withApplied(rules, fact, beside), { fact, beside, reaches: true });
  const uncertainty = uncertaintyOfSubject(graph, fact);
  return opened.length === 0 || uncertainty === undefined
    ? undefined
    : { paths: opened, uncertainty };
}

/** How the bound subjects escalate. */
function escalationOf(
  graph: Graph,
  fact: FactOf<"binds">,
  own: readonly RbacRule[],
): BoundEscalation | undefined {
  const besides = besideOf(graph, fact.subjectName);
  const rules = withApplied(own, fact, besides);
  const withoutPods = isWithoutPods(graph, fact);
  const isOpenTo = (rule: RbacRule): boolean =>
    escalationPaths.some((way) => countsIfStronger(way, withoutPods) && opens(rule, way));
  const stronger = rules.some(isOpenTo) ? strongerBeside(graph, fact) : undefined;
  const known = rules.filter(isKnown);
  const beside: Beside = { ...noneBeside, known: besides.known };
  const isSure = stronger !== undefined && stronger.uncertainty === undefined;
  const certain = openedBy(known, {
    fact,
    withoutPods,
    beside,
    reaches: fact.where.kind === "cluster" || isSure,
    graph,
  });
  const more = stronger?.account === undefined ? {} : { stronger: stronger.account };
  if (certain.length > 0) return { paths: certain, ...(isSure && more) };
  const inSome = openedBy(known, { fact, withoutPods, beside, reaches: true });
  if (stronger?.uncertainty !== undefined && inSome.length > 0) {
    return { paths: inSome, ...more, uncertainty: stronger.uncertainty };
  }
  if (fact.where.kind === "unknown" && inSome.length > 0) {
    const { dependsOn } = fact.where;
    return {
      paths: inSome,
      uncertainty: { reason: "which accounts are there is not known yet", dependsOn },
    };
  }
  const reaches = fact.where.kind === "cluster" || stronger !== undefined;
  const possible = openedBy(rules, { fact, withoutPods, beside: besides, reaches });
  if (possible.length === 0) return ofControllers(known, fact, graph);
  return { paths: possible, ...more, uncertainty: uncertaintyOf(possible, own) };
}

/** Rules with what they, and others of the same subject, allow to apply together. */
function withApplied(
  rules: readonly RbacRule[],
  { where }: FactOf<"binds">,
  { patching }: Beside,
): readonly RbacRule[] {
  return [...rules, ...appliedBy(rules, where, patching)];
}

/** What a namespace's binding opens where a controller may apply with rights of its own what is written there. */
function ofControllers(
  rules: readonly RbacRule[],
  fact: FactOf<"binds">,
  graph: Graph,
): BoundEscalation | undefined {
  const all = openedBy(rules, { fact, beside: noneBeside, reaches: true });
  const applied = all.map(({ path: way }) => appliesWithOwnRights(graph, fact.binding, way.group));
  const uncertainty = applied.find(({ kind }) => kind === "unknown");
  if (uncertainty?.kind !== "unknown") return undefined;
  const ways = all.filter((_, index) => applied[index]?.kind === "unknown");
  return {
    paths: ways,
    uncertainty: { reason: uncertainty.reason, dependsOn: uncertainty.dependsOn ?? [] },
  };
}

/** The unknowns of the rules by which paths may be open. */
function uncertaintyOf(ways: BoundEscalation["paths"], own: readonly RbacRule[]): Uncertainty {
  const open = ways.flatMap(({ by }) => by.filter((rule) => !isKnown(rule)));
  const reason = open.some((rule) => own.includes(rule))
    ? "a rule of the role is not known yet"
    : "what another binding gives it is not known yet";
  return { reason, dependsOn: open.flatMap((rule) => rule.dependsOn ?? []) };
}

/** Whether a path counts only with a stronger account. */
function countsIfStronger(way: EscalationPath, withoutPods: boolean): boolean {
  return way.reaches === true || (withoutPods && way.reachesWithoutPods === true);
}

interface Case {
  readonly fact: FactOf<"binds">;
  /** Whether the namespace takes no pods. Default: it may. */
  readonly withoutPods?: boolean;
  /** What other bindings give the same account. */
  readonly beside: Beside;
  /** Whether workloads that are created there could run as a stronger account. */
  readonly reaches: boolean;
  /** Where set, certain facts about controllers with their own rights count. */
  readonly graph?: Graph;
}

function openedBy(rules: readonly RbacRule[], given: Case): BoundEscalation["paths"] {
  const { fact, withoutPods = false, beside, reaches, graph } = given;
  return openedIn(rules, {
    everywhere: fact.where.kind === "cluster",
    withoutPods,
    reaches: fact.deploys !== true && reaches,
    beside,
    exempt: exemptionsOf(fact),
    appliedAnyway: ({ group }) =>
      graph !== undefined &&
      fact.deploys !== true &&
      appliesWithOwnRights(graph, fact.binding, group).kind === "yes",
  });
}

interface Place {
  /** Whether the rights are for the whole cluster. */
  readonly everywhere: boolean;
  readonly withoutPods: boolean;
  readonly reaches: boolean;
  readonly beside: Beside;
  readonly exempt: Exempt;
  /** Whether a controller does with its own rights what a path opens, whatever account is in the namespace. */
  readonly appliedAnyway: (way: EscalationPath) => boolean;
}

function openedIn(
  rules: readonly RbacRule[],
  { everywhere, withoutPods, reaches, beside, exempt, appliedAnyway }: Place,
): BoundEscalation["paths"] {
  const opened = new Map<string, BoundEscalation["paths"][number]>();
  const own = knownFirst(rules);
  countWork(own.length);
  for (const way of escalationPaths) {
    if (opened.has(way.id)) continue;
    if (!way.inNamespace && !everywhere) continue;
    if (countsIfStronger(way, withoutPods) && !reaches && !appliedAnyway(way)) continue;
    const needed = way.with === undefined ? undefined : firstOf(way, way.with, own, beside);
    if (way.with !== undefined && needed === undefined) continue;
    const found = own.find((rule) => opens(rule, way) && way.exempts?.(rule, exempt) !== true);
    if (found === undefined) continue;
    opened.set(way.id, {
      path: way,
      what: textOfRule(found),
      by: needed === undefined ? [found] : [found, needed],
    });
  }
  return [...opened.values()];
}

/** The first rule that a path needs, a known one before others: the role's own, else of another binding. */
function firstOf(
  way: EscalationPath,
  isNeeded: (rule: RbacRule) => boolean,
  own: readonly RbacRule[],
  { known, open }: Beside,
): RbacRule | undefined {
  const found = own.find(isNeeded);
  if (found !== undefined && isKnown(found)) return found;
  return known.get(way) ?? found ?? open.get(way);
}

/** The known rules before the others, so that a path is unknown only where it has to be. */
function knownFirst(rules: readonly RbacRule[]): readonly RbacRule[] {
  return [...rules.filter(isKnown), ...rules.filter((rule) => !isKnown(rule))];
}

function exemptionsOf({ where, subject }: FactOf<"binds">): Exempt {
  const isHere = where.kind === "namespace" && subject.namespace === where.namespace;
  return { ownAccount: subject.kind === "ServiceAccount" && isHere ? subject.name : undefined };
}
