import type { Finding } from "../findings/finding";
import type { Fact, FactKind } from "../facts/fact";
import type { Graph } from "../facts/graph";
import type { Watcher } from "../facts/watchers";
import type { Answer, Rule } from "../findings/define-rule";
import { WorkExceeded, withinWork, type WorkLeft } from "../../core/work";
import { workExceededFinding, failureFinding, findingOf } from "./findings";
import { withoutRepeats, type Stated } from "./precedence";
import type { Settings } from "../findings/settings";

/** The usual empty result: one list for all. */
const noAnswers: readonly Stated[] = [];

/** Work that a rule may take for one graph: a hundred times what any takes for a stack of 20,000 resources. */
export const mostWork = 50_000_000;

/** The remaining work of rules, and the fact of the first that exceeded it. */
interface RuleWork extends WorkLeft {
  beyond?: Fact;
}

const workOf = new WeakMap<Graph, Map<string, RuleWork>>();

/** Gives each rule its whole work again, for a graph that is judged after its resources came one by one. */
export function renewWork(graph: Graph): void {
  workOf.delete(graph);
}

function workFor(rule: Rule, graph: Graph): RuleWork {
  let byRule = workOf.get(graph);
  if (byRule === undefined) workOf.set(graph, (byRule = new Map<string, RuleWork>()));
  let work = byRule.get(rule.id);
  if (work === undefined) byRule.set(rule.id, (work = { left: mostWork }));
  return work;
}

/**
 * Answers of one rule about one fact as findings, each with its fault.
 *
 * A rule that throws becomes a finding that blocks and names it. So does one that exceeds its work, for the fact at that
 * moment: the rule judges nothing further.
 */
export function answerOf(
  rule: Rule,
  fact: Fact,
  graph: Graph,
  settings: Settings,
): readonly Stated[] {
  const answers: Answer[] = [];
  const work = workFor(rule, graph);
  if (work.beyond !== undefined) return beyond(rule, work.beyond, graph);
  try {
    withinWork(work, () => {
      for (const answer of rule.check(fact, graph, settings)) {
        // What is unknown may be decided by a resource that is still to come.
        if (answer.uncertainty === undefined || graph.complete) answers.push(answer);
      }
    });
    if (answers.length === 0) return noAnswers;
    return answers.flatMap((answer): readonly Stated[] => {
      const finding = findingOf(rule, answer, graph, settings);
      return finding === undefined ? [] : [{ rule, finding, fault: faultOf(answer, finding) }];
    });
  } catch (error) {
    if (error instanceof WorkExceeded) {
      work.beyond = fact;
      return beyond(rule, fact, graph);
    }
    const finding = failureFinding(`rule ${rule.id}`, problemOf(error), fact.at, graph);
    return [{ rule, finding, fault: finding.fingerprint }];
  }
}

function beyond(rule: Rule, fact: Fact, graph: Graph): readonly Stated[] {
  const finding = workExceededFinding(rule, fact.at, graph);
  return [{ rule, finding, fault: finding.fingerprint }];
}

/** The key of an answer's fault; without one it is a fault of its rule alone. */
function faultOf(answer: Answer, { fingerprint }: Finding): string {
  return answer.fault ?? fingerprint;
}

/** What went wrong, without the text of the error, which may contain a part of what was read. */
export function problemOf(error: unknown): string {
  return error instanceof Error ? `it failed with ${error.name}` : "it failed";
}

/** For each kind of fact, the rules that look at it. */
export function rulesByKind(rules: readonly Rule[]): ReadonlyMap<FactKind, readonly Rule[]> {
  const byKind = new Map<FactKind, Rule[]>();
  for (const rule of rules) {
    for (const kind of rule.watches) {
      const watching = byKind.get(kind);
      if (watching === undefined) byKind.set(kind, [rule]);
      else watching.push(rule);
    }
  }
  return byKind;
}

/**
 * Runs rules: early ones as facts come, each again only if something that it read has changed, and all at the end.
 *
 * A rule that has found a violation of a fact does not run on it again while resources come: nothing later removes it.
 */
export class Evaluations {
  readonly #graph: Graph;
  readonly #settings: Settings;
  readonly #byKind: ReadonlyMap<FactKind, readonly Rule[]>;
  readonly #early = new Map<Fact, Question[]>();
  /** The questions that had an answer at the end. */
  readonly #stated = new Map<Fact, readonly Stated[]>();
  #due: Question[] = [];

  constructor(graph: Graph, settings: Settings, rules: readonly Rule[]) {
    this.#graph = graph;
    this.#settings = settings;
    this.#byKind = rulesByKind(rules);
  }

  /** Has the early rules on a new fact run at the next {@link Evaluations.settle}. */
  evaluate(fact: Fact): void {
    for (const rule of this.#byKind.get(fact.kind) ?? []) {
      if (rule.decides !== "early") continue;
      const question = new Question(rule, fact, this.#evaluateAgain);
      this.#due.push(question);
      const known = this.#early.get(fact);
      if (known === undefined) this.#early.set(fact, [question]);
      else known.push(question);
    }
  }

  /** Violations of all rules that ran since the last call. */
  settle(): readonly Finding[] {
    const stated: Stated[] = [];
    while (this.#due.length > 0) {
      const due = this.#due;
      this.#due = [];
      for (const question of due) {
        stated.push(...question.violations(this.#graph, this.#settings));
      }
    }
    return withoutRepeats(stated);
  }

  /**
   * All answers of the rules for the complete graph, whatever was reported before.
   *
   * A rule that found nothing does not run again if nothing that it read has changed and it has no closed answer. All rules
   * run on one fact in turn, since they share much of the computation.
   */
  *answers(): Generator<void, readonly Stated[]> {
    const all: Stated[] = [];
    for (const [kind, rules] of this.#byKind) {
      for (const fact of this.#graph.all(kind)) {
        const stated: Stated[] = [];
        for (const rule of rules) {
          const early = this.#early.get(fact)?.find((question) => question.rule === rule);
          if (early?.isOpen === false) continue;
          stated.push(...this.#ask(early ?? new Question(rule, fact, this.#evaluateAgain)));
          yield;
        }
        if (stated.length > 0) this.#stated.set(fact, stated);
        all.push(...stated);
      }
    }
    return all;
  }

  /**
   * The answers of the rules with other facts in the graph, from those without.
   *
   * @param stale those whose answer may differ
   * @param added facts that were not there
   */
  *otherwise(
    stale: Iterable<Watcher>,
    added: ReadonlySet<Fact>,
  ): Generator<void, readonly Stated[]> {
    const again = new Map<Fact, Set<Rule>>();
    for (const watcher of stale) {
      if (!(watcher instanceof Question)) continue;
      const { fact, rule } = watcher;
      const rules = again.get(fact);
      if (rules === undefined) again.set(fact, new Set([rule]));
      else rules.add(rule);
    }
    const all: Stated[] = [];
    for (const [kind, rules] of this.#byKind) {
      for (const fact of this.#graph.all(kind)) {
        const isNew = added.has(fact);
        const due = again.get(fact);
        for (const each of this.#stated.get(fact) ?? []) {
          if (due?.has(each.rule) !== true) all.push(each);
        }
        if (!isNew && due === undefined) continue;
        for (const rule of rules) {
          if (!isNew && due?.has(rule) !== true) continue;
          all.push(...answerOf(rule, fact, this.#graph, this.#settings));
          yield;
        }
      }
    }
    return all;
  }

  #ask(question: Question): readonly Stated[] {
    const { rule, fact } = question;
    return this.#graph.noting(question, () => answerOf(rule, fact, this.#graph, this.#settings));
  }

  readonly #evaluateAgain = (question: Question): void => {
    this.#due.push(question);
  };
}

/** A rule with a fact, until it has found it in violation. */
class Question implements Watcher {
  readonly rule: Rule;
  readonly fact: Fact;
  readonly #evaluateAgain: (question: Question) => void;
  #state: "due" | "watching" | "decided" = "due";
  #isOpen = true;

  constructor(rule: Rule, fact: Fact, evaluateAgain: (question: Question) => void) {
    this.rule = rule;
    this.fact = fact;
    this.#evaluateAgain = evaluateAgain;
  }

  /** Whether it has to run once the graph is complete, though nothing that it read changes. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  wake(): void {
    if (this.#state !== "watching") return;
    this.#state = "due";
    this.#isOpen = true;
    this.#evaluateAgain(this);
  }

  awaitEnd(): void {
    this.#isOpen = true;
  }

  violations(graph: Graph, settings: Settings): readonly Stated[] {
    this.#state = "watching";
    this.#isOpen = false;
    const answers = graph.watching(this, () => answerOf(this.rule, this.fact, graph, settings));
    if (answers.length === 0) return answers;
    this.#isOpen = true;
    const violated = answers.filter(
      ({ finding }) => finding.verdict === "violated" || finding.level === "mandatory",
    );
    if (violated.length > 0) this.#state = "decided";
    return violated;
  }
}
