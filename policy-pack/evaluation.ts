import type { Finding } from "../core/finding";
import type { Fact, FactKind } from "../core/graph/fact";
import type { Graph, Watcher } from "../core/graph/graph";
import type { Answer, Rule } from "./define-rule";
import { failureFinding, findingOf } from "./findings";
import { withoutRepeats, type Said } from "./precedence";
import type { Settings } from "./settings";

/** Answers of one rule about one fact as findings, each with the fault it tells; a rule that throws gives a finding that blocks and names it. */
export function answerOf(
  rule: Rule,
  fact: Fact,
  graph: Graph,
  settings: Settings,
): readonly Said[] {
  const answers: Answer[] = [];
  try {
    answers.push(...rule.check(fact, graph, settings));
    return answers.flatMap((answer): readonly Said[] => {
      const finding = findingOf(rule, answer, graph, settings);
      return finding === undefined ? [] : [{ rule, finding, fault: faultOf(answer, finding) }];
    });
  } catch (error) {
    const finding = failureFinding(`rule ${rule.id}`, problemOf(error), fact.at, graph);
    return [{ rule, finding, fault: finding.fingerprint }];
  }
}

function faultOf(answer: Answer, { about, holder }: Finding): string {
  return answer.fault ?? JSON.stringify([about.name, holder?.name ?? null]);
}

/** What went wrong, without the text of the error, which may hold a part of what was read. */
export function problemOf(error: unknown): string {
  return error instanceof Error ? `it failed with ${error.name}` : "it failed";
}

/** For each kind of fact, the rules that look at it. */
function rulesByKind(rules: readonly Rule[]): ReadonlyMap<FactKind, readonly Rule[]> {
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
 * Asks early rules again and again as facts come, each only when something it read has changed.
 *
 * Once a rule has found a fact in violation it is not asked about that fact again: nothing later withdraws it.
 */
export class Evaluations {
  readonly #graph: Graph;
  readonly #settings: Settings;
  readonly #byKind: ReadonlyMap<FactKind, readonly Rule[]>;
  #due: Watcher[] = [];
  #said: Said[] = [];

  constructor(graph: Graph, settings: Settings, rules: readonly Rule[]) {
    this.#graph = graph;
    this.#settings = settings;
    this.#byKind = rulesByKind(rules.filter((rule) => rule.decides === "early"));
  }

  /** Asks the rules that look at a new fact, at the next {@link Evaluations.settle}. */
  ask(fact: Fact): void {
    for (const rule of this.#byKind.get(fact.kind) ?? []) this.#schedule(rule, fact);
  }

  /** Answers of all rules asked or woken since the last call. */
  settle(): readonly Finding[] {
    while (this.#due.length > 0) {
      const due = this.#due;
      this.#due = [];
      for (const watcher of due) watcher.wake();
    }
    const said = this.#said;
    this.#said = [];
    return withoutRepeats(said);
  }

  #schedule(rule: Rule, fact: Fact): void {
    let decided = false;
    let waiting = true;
    const run = (): void => {
      const answers = this.#graph.watching(watcher, () =>
        answerOf(rule, fact, this.#graph, this.#settings),
      );
      const violated = answers.filter(
        ({ finding }) => finding.verdict === "violated" || finding.level === "mandatory",
      );
      decided = violated.length > 0;
      this.#said.push(...violated);
    };
    const runner: Watcher = {
      wake: () => {
        waiting = false;
        if (!decided) run();
      },
    };
    const watcher: Watcher = {
      wake: () => {
        if (decided || waiting) return;
        waiting = true;
        this.#due.push(runner);
      },
    };
    this.#due.push(runner);
  }
}
