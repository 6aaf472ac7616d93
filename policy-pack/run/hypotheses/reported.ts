import { fingerprintsOf, type Finding } from "../../findings/finding";
import type { Urn } from "../../../core/snapshot/value";
import type { Taken } from "./judged-values";

/** The resources that a finding names, the one that it is at first. */
export function urnsIn({
  at,
  about,
  holder,
  related,
  chain,
}: Finding): readonly (Urn | undefined)[] {
  const subjects = [about, holder, ...related, ...chain.flatMap(({ from, to }) => [from, to])];
  return [at.urn, ...subjects.map((subject) => subject?.urn), ...chain.map((link) => link.at?.urn)];
}

/** All texts of a finding, to find whether it names a thing. */
export function wordsOf({ message, reason = "", about, holder, related }: Finding): string {
  const labels = [about, ...(holder ? [holder] : []), ...related].map(({ label }) => label);
  return [message, reason, ...labels].join(" ");
}

/** Whether two findings are about one place, or are the same by any spelling. */
export function isSame(a: Finding, b: Finding): boolean {
  if (a.at.urn === b.at.urn && a.at.property === b.at.property) return true;
  const spellings = fingerprintsOf(b);
  return fingerprintsOf(a).some((one) => spellings.includes(one));
}

/** Findings by the resource that they are at and by their spellings, so that of many few have to be looked at. */
export class Findings {
  readonly #filed = new Map<string, Finding[]>();
  readonly #places = new Map<Finding, number>();

  constructor(findings: readonly Finding[]) {
    for (const [place, finding] of findings.entries()) {
      this.#places.set(finding, place);
      for (const key of new Set([finding.at.urn, ...fingerprintsOf(finding)])) {
        const known = this.#filed.get(key);
        if (known === undefined) this.#filed.set(key, [finding]);
        else known.push(finding);
      }
    }
  }

  /** Those at a resource. */
  at(urn: Urn): readonly Finding[] {
    return this.#filed.get(urn) ?? [];
  }

  /** All that may be the same as a finding, and some more. */
  near(finding: Finding): readonly Finding[] {
    return [finding.at.urn, ...fingerprintsOf(finding)].flatMap(
      (key) => this.#filed.get(key) ?? [],
    );
  }

  /** The first of a rule that is the same as a finding. */
  firstLike(finding: Finding): Finding | undefined {
    let first: Finding | undefined;
    for (const each of this.near(finding)) {
      if (each.rule !== finding.rule || !isSame(each, finding)) continue;
      if (first === undefined || this.#placeOf(each) < this.#placeOf(first)) first = each;
    }
    return first;
  }

  #placeOf(finding: Finding): number {
    return this.#places.get(finding) ?? 0;
  }
}

/** The values of a trial, by resource. */
export class Hypotheses {
  readonly possibleValues: readonly Taken[];
  readonly #byUrn = new Map<Urn, Taken[]>();

  constructor(possibleValues: readonly Taken[]) {
    this.possibleValues = possibleValues;
    for (const taken of possibleValues) {
      const { urn } = taken.place.resource;
      const known = this.#byUrn.get(urn);
      if (known === undefined) this.#byUrn.set(urn, [taken]);
      else known.push(taken);
    }
  }

  /** Its values for resources, in their order. */
  of(urns: Iterable<Urn | undefined>): readonly Taken[] {
    return [...new Set(urns)].flatMap((urn) =>
      urn === undefined ? [] : (this.#byUrn.get(urn) ?? []),
    );
  }
}
