import { createHash } from "node:crypto";
import type { Day } from "../../core/day";
import type { At } from "../facts/fact-values";
import type { Name } from "../facts/name";
import type { Severity } from "../../core/severity";
import { nameInUrn, type SourcePosition } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";

/** Whether something is wrong for certain, or unknown. A rule that passes returns nothing. */
type FindingVerdict = "violated" | "undetermined";

/** How a finding acts: it blocks, it is shown, or it is dropped. */
export type Level = "mandatory" | "advisory" | "disabled";

/** A thing a finding speaks of. */
export interface Subject {
  /** The spelling that stays the same from run to run. */
  readonly name: Name;
  /** How people name it, such as `acme/crm-key`. Comes from the program: hostile wherever it is shown. */
  readonly label: string;
  readonly urn?: Urn;
  readonly source?: SourcePosition;
}

/** A thing that makes a finding understandable, with a phrase: `also runs as this role`. */
export interface RelatedSubject extends Subject {
  readonly as: string;
  /** Whether the fault affects it as it affects the holder, which its message counts. Default: false. */
  readonly isAffected?: true;
}

/** A workload that a fault gives access to, with the harm that it can do. */
export interface Reached {
  /** How people name it. Comes from the program: hostile wherever it is shown. */
  readonly label: string;
  /** What it reads or causes: `restricted data`, `payment`. Worst first, at least one. */
  readonly harms: readonly string[];
}

/** A step in a chain of identities, each assuming the next. */
export interface ChainLink {
  readonly from: Subject;
  readonly to: Subject;
  /** How the one assumes the other: `assumes`, `runs as`, `annotation`. */
  readonly by: string;
  readonly at?: At;
}

/** A rule's answer about one thing, as plain data. It never carries a secret's value. */
export interface Finding {
  readonly rule: string;
  readonly verdict: FindingVerdict;
  readonly severity: Severity;
  readonly level: Level;
  /** The shared or guilty thing. */
  readonly about: Subject;
  /** Where the thing comes from: findings of a rule with one origin are one for readers. Default: the thing is its own origin. */
  readonly origin?: Subject;
  /** Key of the stack's configuration that has the shared value, such as `desk:crmKey`. Default: none is known. */
  readonly configuration?: string;
  /** The workload that uses or assumes it, where there is one. */
  readonly holder?: Subject;
  /** Resource and property to change. */
  readonly at: At;
  readonly source?: SourcePosition;
  /** What is wrong, in one sentence: equal for each consumer of one thing, and for certain and unknown findings. */
  readonly message: string;
  /** For `undetermined`: why, where that is not that properties are not known. Lowercase, no period. */
  readonly reason?: string;
  /** What to do about it, in one sentence. */
  readonly fix: string;
  /** Text to put in place of what is there, such as a corrected `Condition`. */
  readonly replacement?: string;
  readonly related: readonly RelatedSubject[];
  /** How many the fault affects, where not all of them are named. Default: the holder and the affected related ones. */
  readonly affectedCount?: number;
  readonly chain: readonly ChainLink[];
  /**
   * The workloads of high risk that those concerned are, act as or may call, by the identity graph of the stack: the worst
   * of them. Default: none is declared, or none is reached.
   */
  readonly reaches?: readonly Reached[];
  /** For `undetermined`: the resources whose making settles it. */
  readonly dependsOn: readonly Urn[];
  /** For `undetermined`: properties that are not known and that it rests on, where `at` is none of them. Default: none. */
  readonly open?: readonly At[];
  /** Equal for the same fault from run to run; made only of rule, thing and holder. */
  readonly fingerprint: string;
  /**
   * Fingerprints of the same fault by other spellings of thing and holder.
   *
   * Where a resource comes late, an early finding has a spelling that is not the final one. Default: none.
   */
  readonly aliases?: readonly string[];
  /**
   * The evidence parts of the fault where more may come: paths, rights, holders; each by all its spellings, sorted.
   *
   * A baseline matches a finding only as far as it lists its parts. Default: it is complete.
   */
  readonly evidenceParts?: readonly (readonly string[])[];
  readonly standards: readonly string[];
  /** In a report of several stacks: those that this part of the finding lies in, as `project/stack`. */
  readonly stacks?: readonly string[];
  /** In a report of several stacks: the thing by the name that all stacks have for it. Findings of a rule about one are one. */
  readonly thing?: string;
  /** Whether a baseline lists it already, so that it does not block. */
  readonly known: boolean;
  /** Who answers for it meanwhile, where a waiver lifts it, so that it does not block. */
  readonly waiver?: FindingWaiver;
}

/** All fingerprints of the fault of a finding, by whatever spelling. */
export function fingerprintsOf({
  fingerprint,
  aliases = [],
}: Pick<Finding, "fingerprint" | "aliases">): readonly string[] {
  return [fingerprint, ...aliases];
}

/** Who answers for a finding that does not block, why, and until when. */
export interface FindingWaiver {
  readonly owner: string;
  readonly reason: string;
  readonly ticket: string;
  /** Its last day, such as `2026-11-30`. */
  readonly expires: Day;
  /** What restricts the workload meanwhile. */
  readonly controls: readonly string[];
}

/** Who answers for a waived finding, until when and why. Comes from a file: hostile wherever it is shown. */
export function waiverText({ owner, ticket, expires, reason, controls }: FindingWaiver): string {
  return `waived until ${expires} by ${owner} (${ticket}), restricted by ${controls.join(", ")}: ${reason}`;
}

/** What is not known and where, for a reader: `` not known: `rules[0].verbs` of `acme/desk` ``. Hostile as a label is. */
export function openText({ urn, property }: At): string {
  return `not known: \`${property}\` of \`${nameInUrn(urn)}\``;
}

/** Whether a finding blocks, where it is certain: mandatory, not known to a baseline, and not waived. */
export function isBlocking({ level, known, waiver }: Finding): boolean {
  return level === "mandatory" && !known && waiver === undefined;
}

/** The fingerprint of a finding: of its rule, thing and holder. Only names, never a value. */
export function fingerprintOf(rule: string, about: Name, holder: Name | undefined): string {
  return createHash("sha256")
    .update(JSON.stringify([rule, about, holder ?? null]))
    .digest("hex")
    .slice(0, 32);
}
