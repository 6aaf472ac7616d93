import type { Finding } from "../../findings/finding";
import { compareText } from "../../../core/compare-text";
import { compareSeverity } from "../../../core/severity";
import { failureRule } from "../findings";
import { isReportedBy } from "../precedence";
import type { Causes } from "./causes";
import { isAt, textOfPath, type OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import { Findings, isSame, Hypotheses, urnsIn, wordsOf } from "./reported";
import { hypotheticalViolation, avoidedViolation } from "./texts";
import { placesKey, type PossibleValues, type Judged } from "./judged-values";

/** Collects, trial by trial, the findings that possible values cause or remove. */
export class HypothesisText {
  readonly #reported: readonly Finding[];
  readonly #before: Findings;
  readonly #closed: ReadonlySet<string>;
  readonly #stack: StackView;
  readonly #causes: Causes;
  readonly #decided = new Map<Finding, OpenPlace>();
  readonly #lifted = new Map<Finding, PossibleValues>();
  readonly #single: Finding[] = [];
  readonly #found = new Map<string, Finding>();

  /**
   * @param reported the findings without any possible value
   * @param closed the rules whose findings a value can remove
   */
  constructor(
    reported: readonly Finding[],
    closed: ReadonlySet<string>,
    stack: StackView,
    causes: Causes,
  ) {
    this.#reported = reported;
    this.#closed = closed;
    this.#before = new Findings(reported);
    this.#stack = stack;
    this.#causes = causes;
  }

  /** The former findings with the values that decide them, and the further ones. */
  outcome(): { readonly reported: readonly Finding[]; readonly findings: readonly Finding[] } {
    return {
      reported: this.#reported.map((each) => {
        const cause = this.#lifted.get(each);
        if (cause !== undefined) return avoidedViolation(each, cause, this.#stack);
        return decidedBy(each, this.#decided.get(each));
      }),
      findings: [...this.#found.values()],
    };
  }

  /** Adds the judgement of a trial. */
  async of(possibleValues: PossibleValues, { findings, stated }: Judged): Promise<void> {
    const now = new Findings(findings);
    for (const each of this.#reported) {
      const place = this.#isUndecided(each)
        ? settledBy(each, now, new Hypotheses(possibleValues))
        : undefined;
      if (place !== undefined) this.#decided.set(each, place);
    }
    await this.#lift(possibleValues, stated);
    for (const finding of findings) {
      if (finding.verdict === "violated" && finding.rule !== failureRule && !finding.known) {
        await this.#find(possibleValues, finding);
      }
    }
  }

  #isUndecided(each: Finding): boolean {
    return isOpen(each) && !this.#decided.has(each);
  }

  /** Notes the violations that a trial removes. */
  async #lift(possibleValues: PossibleValues, stated: readonly Finding[]): Promise<void> {
    const open = this.#reported.filter((each) => this.#mayBeLifted(each));
    if (open.length === 0) return;
    const now = new Findings(stated);
    for (const each of open) {
      if (!this.#isGone(each, now, stated)) continue;
      const cause = await this.#causes.of(possibleValues, each, (judged) =>
        this.#isGone(each, new Findings(judged.stated), judged.stated),
      );
      this.#lifted.set(each, cause);
    }
  }

  #mayBeLifted(each: Finding): boolean {
    const { verdict, known, rule } = each;
    return verdict === "violated" && !known && this.#closed.has(rule) && !this.#lifted.has(each);
  }

  /** Whether a violation is gone, without another of its rule about one of the same things. */
  #isGone(finding: Finding, now: Findings, stated: readonly Finding[]): boolean {
    if (now.firstLike(finding) !== undefined) return false;
    const things = new Set(thingsOf(finding));
    return !stated.some(
      (each) =>
        each.rule === finding.rule &&
        thingsOf(each).some((name) => things.has(name)) &&
        !this.#before.near(each).some((was) => isOne(was, each)),
    );
  }

  /** Notes a violation of a trial that no finding reports yet. */
  async #find(possibleValues: PossibleValues, finding: Finding): Promise<void> {
    const near = this.#before.near(finding);
    if (near.some((each) => reportsIt(each, finding))) return;
    if (possibleValues.length > 1 && this.#single.some((each) => isOne(each, finding))) return;
    const cause = await this.#causes.of(possibleValues, finding, ({ findings }) => {
      const there = new Findings(findings).firstLike(finding);
      return there?.verdict === "violated";
    });
    if (possibleValues.length === 1) this.#single.push(finding);
    if (cause.some(({ place }) => this.#isReportedAt(place, finding))) return;
    const key = JSON.stringify([finding.rule, placesKey(cause)]);
    const supposed = hypotheticalViolation(finding, cause, this.#stack);
    const known = this.#found.get(key);
    // The likeliest of several values of one place comes first; pairs have no order.
    const isBetter =
      known === undefined ||
      precedes(supposed, known) ||
      (cause.length > 1 && !precedes(known, supposed) && wordsOf(supposed) < wordsOf(known));
    if (isBetter) this.#found.set(key, supposed);
  }

  /** Whether a finding already reports the unknown place that this one depends on. */
  #isReportedAt(place: OpenPlace, { rule }: Finding): boolean {
    return this.#before
      .at(place.resource.urn)
      .some(
        (each) =>
          each.verdict !== "violated" &&
          (each.rule === rule || isReportedBy(rule, each.rule)) &&
          isAt(each, place),
      );
  }
}

/** What a finding is about, by name. */
function thingsOf({ about, holder, related }: Finding): readonly string[] {
  return [about, ...(holder ? [holder] : []), ...related].map(({ name }) => name);
}

function isOne(each: Finding, finding: Finding): boolean {
  return each.rule === finding.rule && isSame(each, finding);
}

/** Whether a former finding is the same as a finding. */
function reportsIt(each: Finding, finding: Finding): boolean {
  const isOfRule = each.rule === finding.rule;
  const isForRule =
    isOfRule || (each.verdict !== "violated" && isReportedBy(finding.rule, each.rule));
  return isForRule && isSame(each, finding);
}

/** Whether no finding names what would decide a rule. */
function isOpen({ rule, verdict, dependsOn }: Finding): boolean {
  return verdict === "undetermined" && dependsOn.length === 0 && rule !== failureRule;
}

/** The place whose value decides an undetermined finding, if there is exactly one. */
function settledBy(
  open: Finding,
  findings: Findings,
  possibleValues: Hypotheses,
): OpenPlace | undefined {
  const now = findings.firstLike(open);
  if (now?.verdict === "undetermined") return undefined;
  const concerned = possibleValues.of(urnsIn(now ?? open));
  const named =
    concerned.length > 0
      ? []
      : possibleValues.possibleValues.filter(({ supposed }) =>
          wordsOf(open).includes(supposed.sentence),
        );
  const [only, ...others] =
    [concerned, named, possibleValues.possibleValues].find((list) => list.length > 0) ?? [];
  return others.length === 0 ? only?.place : undefined;
}

function decidedBy(finding: Finding, place: OpenPlace | undefined): Finding {
  if (place === undefined) return finding;
  const { resource, path, dependsOn } = place;
  const open = { urn: resource.urn, property: textOfPath(path) };
  return { ...finding, dependsOn, ...(!isAt(finding, place) && { open: [open] }) };
}

function precedes(a: Finding, b: Finding): boolean {
  const bySeverity = compareSeverity(a.severity, b.severity);
  if (bySeverity !== 0) return bySeverity < 0;
  return compareText(a.fingerprint, b.fingerprint) < 0;
}
