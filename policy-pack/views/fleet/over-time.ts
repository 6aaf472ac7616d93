import { sentenceOf } from "../../findings/finding-text";
import type { Finding } from "../../findings/finding";
import { compareSeverity, type Severity } from "../../../core/severity";
import { grouped } from "../../../core/grouped";
import { compareText } from "../../../core/compare-text";
import { updatesBetween, type StackState, type Update } from "./updates";

/** What two audits are compared by. */
export interface Audited {
  readonly findings: readonly Finding[];
  /** The stacks; undefined where the report lists none. */
  readonly stacks?: readonly StackState[];
  /** Whether some inputs could not be read, so that a stack may be missing for that. */
  readonly isPartial: boolean;
}

/** How a stack changed from one audit to the next. */
export interface StackChange {
  readonly stack: string;
  /**
   * `updated`; `edited` where its state differs and no update made it so; `added` to the inputs, `left` them, or `unread` where
   * some input could not be read.
   */
  readonly how: "updated" | "edited" | "added" | "left" | "unread";
  /** Time of the update that wrote its state, as ISO 8601; empty where it is not known. */
  readonly updated: string;
  /** The updates that made the change, the newest first. None where no history is known. */
  readonly updates: readonly Update[];
  /** Set where there may be earlier updates that are not known. */
  readonly isCut?: true;
}

/** Why a finding is new or gone although none of its stacks changed. */
export type OtherCause = "exception" | "no list" | "other stack" | "no stack";

/** A finding that is new or gone. Labels and messages come from programs: hostile wherever they are shown. */
export interface FleetChange {
  readonly change: "new" | "gone";
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong, in one sentence. */
  readonly sentence: string;
  /** The stacks of the parts that are new or gone. */
  readonly stacks: readonly string[];
  /** Further stacks that the finding has parts in, which were there before and are there now. */
  readonly others: readonly string[];
  /** The stacks that changed and may have made it so. */
  readonly by: readonly StackChange[];
  /** Why, where no stack of the finding changed. */
  readonly cause?: OtherCause;
  /** Fingerprints of the parts that are new or gone. */
  readonly fingerprints: readonly string[];
}

/** What changed from one audit to the next, new findings first, each worst first. */
export interface FleetDelta {
  readonly changes: readonly FleetChange[];
  /** How many findings are still there. */
  readonly same: number;
}

/**
 * What changed from one audit to the next.
 *
 * Findings of one rule about one thing are one, in whatever stacks. Of its stacks only those that changed can have introduced it:
 * first those in which a part of it is new, then the others. Which of several did is not known.
 *
 * @param fresh fingerprints of findings that were not there before, or that are worse now
 */
export function fleetDelta(
  before: Audited,
  after: Audited,
  fresh: ReadonlySet<string>,
): FleetDelta {
  const [old, now] = [groupsOf(before.findings), groupsOf(after.findings)];
  const lifted = new Set(before.findings.filter(isLifted).map(({ fingerprint }) => fingerprint));
  const isEnded = (one: Finding): boolean => lifted.has(one.fingerprint) && !isLifted(one);
  const changes = new Changes(before, after);
  const known = new Set(before.findings.map(({ fingerprint }) => fingerprint));
  /** Whether a part was there by another spelling: a finding over several stacks takes the place of one about a stack alone. */
  const isRespelled = (one: Finding, earlier: readonly Finding[]): boolean => {
    const had = new Set(earlier.flatMap(stacksOf));
    const stacks = stacksOf(one);
    return (
      !known.has(one.fingerprint) &&
      stacks.every((stack) => had.has(stack)) &&
      changes.areUnchanged(stacks)
    );
  };
  const added = [...now].flatMap(([key, group]): readonly FleetChange[] => {
    const earlier = old.get(key) ?? [];
    const parts = group.filter(
      (one) => isEnded(one) || (fresh.has(one.fingerprint) && !isRespelled(one, earlier)),
    );
    if (parts.length === 0) return [];
    const change = changes.changeOf("new", parts, group);
    return [parts.every(isEnded) ? { ...change, by: [], cause: "exception" } : change];
  });
  const gone = [...old].flatMap(([key, group]): readonly FleetChange[] => {
    const rest = now.get(key) ?? [];
    const left = new Set(rest.flatMap(stacksOf));
    const parts = group.filter(
      (one) => rest.length === 0 || !stacksOf(one).every((stack) => left.has(stack)),
    );
    return parts.length === 0 ? [] : [changes.changeOf("gone", parts, [...parts, ...rest])];
  });
  const inOrder = (all: readonly FleetChange[]): readonly FleetChange[] =>
    [...all].sort(
      (a, b) => compareSeverity(a.severity, b.severity) || compareText(a.sentence, b.sentence),
    );
  return { changes: [...inOrder(added), ...inOrder(gone)], same: now.size - added.length };
}

/** The findings of an audit that are still there, one for each rule and thing, worst first. */
export function stillThere(
  findings: readonly Finding[],
  { changes }: FleetDelta,
): readonly { readonly finding: Finding; readonly stacks: readonly string[] }[] {
  const fresh = new Set(
    changes.flatMap(({ change, fingerprints }) => (change === "new" ? fingerprints : [])),
  );
  return [...groupsOf(findings).values()]
    .filter((group) => !group.some(({ fingerprint }) => fresh.has(fingerprint)))
    .flatMap(([first, ...rest]) =>
      first === undefined ? [] : [{ finding: first, stacks: distinctStacks([first, ...rest]) }],
    )
    .sort(
      (a, b) =>
        compareSeverity(a.finding.severity, b.finding.severity) ||
        compareText(a.finding.message, b.finding.message),
    );
}

/** Whether a waiver lifts a finding, or a baseline lists it. */
function isLifted({ known, waiver }: Finding): boolean {
  return known || waiver !== undefined;
}

/** Parts of findings, by rule and thing; what only one stack can name is of that stack. */
function groupsOf(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  return grouped(findings, (finding) => {
    const { rule, thing, about } = finding;
    return JSON.stringify([rule, thing ?? [about.name, ...stacksOf(finding)]]);
  });
}

function stacksOf({ stacks = [] }: Finding): readonly string[] {
  return stacks;
}

function distinctStacks(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.flatMap(stacksOf))].sort(compareText);
}

/** How stacks changed from one audit to the next. */
class Changes {
  readonly #before: ReadonlyMap<string, StackState>;
  readonly #after: ReadonlyMap<string, StackState>;
  readonly #isListed: boolean;
  readonly #isPartial: boolean;
  readonly #hasChanged: boolean;

  constructor(before: Audited, after: Audited) {
    this.#before = byName(before.stacks);
    this.#after = byName(after.stacks);
    this.#isListed = before.stacks !== undefined && after.stacks !== undefined;
    this.#isPartial = after.isPartial;
    const names = new Set([...this.#before.keys(), ...this.#after.keys()]);
    this.#hasChanged = [...names].some((stack) => this.#of(stack) !== undefined);
  }

  /** Whether stacks were there before and are the same now. */
  areUnchanged(stacks: readonly string[]): boolean {
    return (
      stacks.length > 0 &&
      this.#isListed &&
      stacks.every((stack) => this.#before.has(stack) && this.#of(stack) === undefined)
    );
  }

  /** The change of a finding with its parts that are new or gone, and all its parts. */
  changeOf(
    change: FleetChange["change"],
    parts: readonly Finding[],
    all: readonly Finding[],
  ): FleetChange {
    const first = parts[0] as Finding;
    const stacks = distinctStacks(parts);
    const inPart = new Set(stacks);
    const others = distinctStacks(all).filter((stack) => !inPart.has(stack));
    const inParts = this.#changed(stacks);
    const by = !this.#isListed ? [] : inParts.length > 0 ? inParts : this.#changed(others);
    return {
      ...{ change, rule: first.rule, severity: first.severity, sentence: sentenceOf(first) },
      ...{ stacks, others, by },
      ...(by.length === 0 && { cause: this.#otherCause() }),
      fingerprints: parts.map(({ fingerprint }) => fingerprint),
    };
  }

  #otherCause(): OtherCause {
    if (!this.#isListed) return "no list";
    return this.#hasChanged ? "other stack" : "no stack";
  }

  /** Those of some stacks that changed; where updates changed some, what was edited otherwise does not count. */
  #changed(stacks: readonly string[]): readonly StackChange[] {
    const all = stacks.flatMap((stack) => this.#of(stack) ?? []);
    const certain = all.filter(({ how }) => how !== "edited");
    return certain.length > 0 ? certain : all;
  }

  #of(stack: string): StackChange | undefined {
    const [before, after] = [this.#before.get(stack), this.#after.get(stack)];
    if (after === undefined) {
      if (before === undefined) return undefined;
      const how = this.#isPartial ? "unread" : "left";
      return { stack, how, updated: before.updated, updates: [] };
    }
    const { updated } = after;
    if (before === undefined) return { stack, how: "added", updated, updates: [] };
    if (before.digest === after.digest) return undefined;
    const { updates, isCut } = updatesBetween(before, after);
    const isEdited = updates.length === 0 && updated !== "" && updated === before.updated;
    const how = isEdited ? "edited" : "updated";
    return { stack, how, updated, updates, ...(isCut && { isCut }) };
  }
}

function byName(stacks: readonly StackState[] = []): ReadonlyMap<string, StackState> {
  return new Map(stacks.map((each) => [each.stack, each]));
}
