import type { Uncertainty } from "../../core/certainty";
import type { Level } from "./finding";
import type { FactKind, FactOf } from "../facts/fact";
import type { At } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import type { Name } from "../facts/name";
import type { Severity } from "../../core/severity";
import type { Settings } from "./settings";
import { standardsOf, type StandardId } from "./standards";

export type { Settings } from "./settings";

/** What a rule looks at; `scope: declared` narrows the first three to declared workloads. */
export type RuleFamily =
  | "secrets"
  | "identity"
  | "lifetime"
  | "federation"
  | "tenancy"
  | "authority"
  | "waivers";

/** What a rule reports about one thing; nothing where it passes. */
export interface Answer<Message extends string = string> {
  /**
   * What is not known, where the violation rests on it: the finding is then undetermined. The reason counts only where nothing
   * is depended on. Default: the violation is certain.
   */
  readonly uncertainty?: Partial<Uncertainty> | undefined;
  /** A reason that is reported whatever the answer depends on. Default: that of the uncertainty. */
  readonly reason?: string | undefined;
  /**
   * Which of the rule's messages, and what fills its `{placeholders}`; also for `undetermined`, the one of the violation.
   * `{about}` and `{holder}` are by default the labels of these.
   */
  readonly message: Message;
  readonly data?: Readonly<Record<string, string>> | undefined;
  /** Default: the rule's severity. */
  readonly severity?: Severity | undefined;
  /** The shared or faulty thing, and its holder; with the rule these are the finding's identity. */
  readonly about: Name;
  readonly holder?: Name | undefined;
  /**
   * Names the fault where another rule may report the same one: of such a pair only the more specific rule reports. Default: a
   * fault of no other rule.
   */
  readonly fault?: string | undefined;
  /**
   * The evidence parts of the fault where more may come: a text, or a thing with its role in the fault. A baseline matches only
   * parts that it lists. Default: it is complete.
   */
  readonly evidenceParts?:
    | readonly (string | { readonly name: Name; readonly as: string })[]
    | undefined;
  /** Resource and property to change. */
  readonly at: At;
  /**
   * Where the thing comes from, of which there may be several: findings of a rule with one origin are one for readers. Default:
   * each thing is its own.
   */
  readonly origin?: Name | undefined;
  /** Key of the stack's configuration that has the shared value. Default: none is known. */
  readonly configuration?: string | undefined;
  /** What makes the finding understandable; `isAffected` where it has the fault as well. */
  readonly related?:
    | readonly { readonly name: Name; readonly as: string; readonly isAffected?: true }[]
    | undefined;
  /** How many the fault affects, where `related` does not name them all. */
  readonly affectedCount?: number | undefined;
  readonly chain?: readonly {
    readonly from: Name;
    readonly to: Name;
    readonly by: string;
    readonly at?: At;
  }[];
  /** Default: the rule's remediation. */
  readonly fix?: string | undefined;
  readonly replacement?: string | undefined;
}

/** A rule: what it forbids or requires, and how it is decided. */
export interface Rule<K extends FactKind = FactKind, Message extends string = string> {
  /** What is forbidden or required, in plain words; also the name of file, doc and test. */
  readonly id: string;
  /** One sentence on the state that the rule requires. */
  readonly title: string;
  readonly severity: Severity;
  readonly family: RuleFamily;
  /**
   * `early`: no later fact can withdraw a finding, so it speaks on the resource that completes it. `closed`: it
   * depends on something being absent, so it speaks once all resources are known.
   */
  readonly decides: "early" | "closed";
  /** Why it decides then. */
  readonly because: string;
  /** Kinds of facts that are looked at, one at a time. */
  readonly watches: readonly K[];
  /** What it serves in the lists that auditors work with. */
  readonly standards: readonly StandardId[];
  /** What to do about a finding, in one sentence. */
  readonly remediation: string;
  /** Texts, with `{placeholders}` filled from an answer's data. */
  readonly messages: Readonly<Record<Message, string>>;
  /**
   * Returns the complete answers about a fact at every call.
   *
   * Pure over the graph. A closed rule runs once the graph is complete. An early rule returns `violated` answers that no later
   * fact removes. One that depends on absent facts it returns only when `graph.complete`. Undetermined answers count only then,
   * so a rule need not check it.
   */
  readonly check: (fact: FactOf<K>, graph: Graph, settings: Settings) => Iterable<Answer<Message>>;
}

/** Types a rule by the facts it watches and the messages it has; its standards are by default those of `standards.json`. */
export function defineRule<K extends FactKind, Message extends string>(
  rule: Omit<Rule<K, Message>, "standards"> & Partial<Pick<Rule, "standards">>,
): Rule {
  return { standards: standardsOf(rule.id), ...rule } as unknown as Rule;
}

/** The level of a finding, from its rule's severity, its own grade and what the user configured for the rule. */
export function levelOf(rule: Rule, severity: Severity, configured: Level | undefined): Level {
  const graded: Level = isHighRisk(severity) ? "mandatory" : "advisory";
  if (configured === undefined) return graded;
  if (configured !== "mandatory") return configured;
  return severity === rule.severity ? "mandatory" : graded;
}

function isHighRisk(severity: Severity): boolean {
  return severity === "critical" || severity === "high";
}
