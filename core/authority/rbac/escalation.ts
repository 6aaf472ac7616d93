import type { FactOf } from "../../graph/fact";
import type { RbacRule } from "../../graph/fact-values";
import type { Graph } from "../../graph/graph";
import type { Name } from "../../graph/name";
import { bindingsOf } from "../../identity/account";
import { unknownSubjectOf } from "../../identity/people";
import type { Doubt } from "../authority";
import { textOfRule } from "./breadth";
import { opens, ways, type Exempt, type Way } from "./escalation-ways";
import { rightsOf } from "./rights";
import { strongerBeside } from "./stronger";
import { boundBy } from "./subject";

/** How a binding lets accounts escalate. */
export interface BoundEscalation {
  readonly ways: readonly {
    readonly way: Way;
    /** The rule that opens it, as people read it. */
    readonly what: string;
  }[];
  /** An account of the namespace that workloads could be made to run as. */
  readonly stronger?: Name;
  readonly doubt?: Doubt;
}

/** How a binding lets an account, or a group of accounts, escalate; undefined where it does not, or the role is not known. */
export function boundEscalation(graph: Graph, fact: FactOf<"binds">): BoundEscalation | undefined {
  const bound = boundBy(fact);
  if (bound !== "account" && bound !== "accounts" && bound !== "unknown") return undefined;
  const rules = rightsOf(graph, fact.role);
  if (rules === undefined) return undefined;
  const whom = bound === "unknown" ? unknownSubjectOf(fact) : undefined;
  if (whom !== undefined) {
    const ofWhom = openedBy(rules, { fact, beside: besideOf(graph, fact), reaches: true });
    const doubt = { reason: "whom it binds is not known yet", waitsFor: whom };
    return ofWhom.length === 0 ? undefined : { ways: ofWhom, doubt };
  }
  const stronger = rules.some((rule) => ways.some((way) => way.reaches && opens(rule, way)))
    ? strongerBeside(graph, fact)
    : undefined;
  const known = rules.filter((rule) => rule.waitsFor === undefined);
  const beside = besideOf(graph, fact);
  const isSure = stronger !== undefined && stronger.doubt === undefined;
  const certain = openedBy(known, {
    fact,
    beside,
    reaches: fact.where.kind === "cluster" || isSure,
  });
  const more = stronger === undefined ? {} : { stronger: stronger.account };
  if (certain.length > 0) return { ways: certain, ...(isSure && more) };
  const inSome = openedBy(known, { fact, beside, reaches: true });
  if (stronger?.doubt !== undefined && inSome.length > 0) {
    return { ways: inSome, ...more, doubt: stronger.doubt };
  }
  if (fact.where.kind === "unknown" && inSome.length > 0) {
    const { waitsFor } = fact.where;
    return {
      ways: inSome,
      doubt: { reason: "which accounts are there is not known yet", waitsFor },
    };
  }
  const reaches = fact.where.kind === "cluster" || stronger !== undefined;
  const perhaps = openedBy(rules, { fact, beside, reaches });
  if (perhaps.length === 0) return undefined;
  const waitsFor = rules.flatMap((rule) => rule.waitsFor ?? []);
  return {
    ways: perhaps,
    ...more,
    doubt: { reason: "a rule of the role is not known yet", waitsFor },
  };
}

/**
 * The ways that rules open to whoever has them in one namespace, whatever else is in it.
 *
 * Another account there is taken to be stronger.
 */
export function waysInNamespace(rules: readonly RbacRule[]): BoundEscalation["ways"] {
  return openedIn(rules, {
    everywhere: false,
    reaches: true,
    beside: [],
    exempt: { ownAccount: undefined },
  });
}

interface Case {
  readonly fact: FactOf<"binds">;
  /** What other bindings give the same account. */
  readonly beside: readonly RbacRule[];
  /** Whether workloads that are created there could run as a stronger account. */
  readonly reaches: boolean;
}

function openedBy(rules: readonly RbacRule[], given: Case): BoundEscalation["ways"] {
  const { fact, beside, reaches } = given;
  return openedIn(rules, {
    everywhere: fact.where.kind === "cluster",
    reaches: fact.deploys !== true && reaches,
    beside,
    exempt: exemptionsOf(fact),
  });
}

interface Place {
  /** Whether the rights are for the whole cluster. */
  readonly everywhere: boolean;
  readonly reaches: boolean;
  readonly beside: readonly RbacRule[];
  readonly exempt: Exempt;
}

function openedIn(
  rules: readonly RbacRule[],
  { everywhere, reaches, beside, exempt }: Place,
): BoundEscalation["ways"] {
  const opened = new Map<string, BoundEscalation["ways"][number]>();
  const all = [...rules, ...beside];
  for (const way of ways) {
    if (opened.has(way.id)) continue;
    if (!way.inNamespace && !everywhere) continue;
    if (way.reaches && !reaches) continue;
    if (way.with !== undefined && !all.some(way.with)) continue;
    const found = rules.find((rule) => opens(rule, way) && way.exempts?.(rule, exempt) !== true);
    if (found !== undefined) opened.set(way.id, { way, what: textOfRule(found) });
  }
  return [...opened.values()];
}

/** The rules that other bindings give an account, where some way needs more than one rule. */
function besideOf(graph: Graph, { subjectName }: FactOf<"binds">): readonly RbacRule[] {
  return bindingsOf(graph, subjectName)
    .flatMap(({ role }) => rightsOf(graph, role) ?? [])
    .filter((rule) => rule.waitsFor === undefined);
}

function exemptionsOf({ where, subject }: FactOf<"binds">): Exempt {
  const isHere = where.kind === "namespace" && subject.namespace === where.namespace;
  return { ownAccount: subject.kind === "ServiceAccount" && isHere ? subject.name : undefined };
}
