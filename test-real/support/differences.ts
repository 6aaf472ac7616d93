import type { Finding } from "../../policy-pack/findings/finding";

/** What one of the two previews reports of a program and the other does not, or contradicts. */
export interface Difference {
  readonly who: "only the engine" | "only offline" | "both, otherwise";
  readonly finding: Finding;
  /** The offline preview's report on the same thing, where both have one. */
  readonly offline?: Finding;
  /** What the engine's preview leaves open about the same property, where only offline something is violated. */
  readonly open?: Finding;
}

/** A permitted difference of the two previews. */
export interface Allowed {
  readonly name: string;
  readonly reason: string;
  readonly allows: (difference: Difference) => boolean;
}

/** All that the two previews may differ in; every other difference fails. */
export const allowed: readonly Allowed[] = [
  {
    name: "the known parts of a document",
    reason:
      "the SDK or the AWS provider makes one unknown text of a document with an unknown part; offline its other parts are still known",
    allows: ({ who, finding, offline, open }) =>
      who === "both, otherwise"
        ? offline?.verdict === "violated" &&
          [offline.at, ...(finding.open ?? [])].some(isInDocument)
        : who === "only offline" && open !== undefined && isInDocument(finding.at),
  },
  {
    name: "a value in clear in a Secret",
    reason:
      "the SDK hands policies all values in clear, so that only offline one is seen to stand unmarked",
    allows: ({ who, finding }) =>
      who === "only offline" &&
      finding.rule === "no-literal-secret" &&
      finding.at.urn.includes("kubernetes:core/v1:Secret::"),
  },
  {
    name: "a value that the program marks as secret",
    reason:
      "the SDK takes the mark off before policies see a value, so that one which looks like no credential is told only offline",
    allows: ({ who, finding }) =>
      who === "only offline" &&
      finding.rule === "no-literal-secret" &&
      finding.message.includes("marks it as secret"),
  },
];

/** In what the two previews differ: every finding that is violated for one of them and not for the other. */
export function differencesBetween(
  real: readonly Finding[],
  offline: readonly Finding[],
): readonly Difference[] {
  const realOnes = new Map(real.map((finding) => [finding.fingerprint, finding]));
  const offlineOnes = new Map(offline.map((finding) => [finding.fingerprint, finding]));
  const fromReal = real.flatMap((finding): Difference[] => {
    const other = offlineOnes.get(finding.fingerprint);
    if (other === undefined) {
      return finding.verdict === "violated" ? [{ who: "only the engine", finding }] : [];
    }
    return other.verdict === finding.verdict
      ? []
      : [{ who: "both, otherwise", finding, offline: other }];
  });
  const fromOffline = offline.flatMap((finding): Difference[] =>
    finding.verdict === "violated" && !realOnes.has(finding.fingerprint)
      ? [{ who: "only offline", finding, ...openAt(finding, real) }]
      : [],
  );
  return [...fromReal, ...fromOffline];
}

function openAt({ at }: Finding, real: readonly Finding[]): Pick<Difference, "open"> {
  const open = real.find(
    (other) =>
      other.verdict === "undetermined" &&
      other.at.urn === at.urn &&
      other.at.property === at.property,
  );
  return open === undefined ? {} : { open };
}

function isInDocument({ property }: Finding["at"]): boolean {
  return /^(assumeRolePolicy|inlinePolicies|policy)\b/.test(property);
}

/** A difference as a line of text. */
export function textOf({ who, finding: { verdict, rule, message } }: Difference): string {
  return `${who}: ${verdict} ${rule}: ${message}`;
}
