import { compareText } from "../../core/compare-text";
import { jsonProblem } from "../../yaml/json-problem";
import { fingerprintsOf, type Finding } from "../findings/finding";
import { severities, type Severity } from "../../core/severity";
import { joined, type Baseline, type Known } from "../findings/known";
import { rules } from "../rules/index";

/** A finding as a baseline lists it: fingerprint, grade and evidence parts decide, the names are for reviewers of the file. */
export interface KnownFinding {
  readonly fingerprint: string;
  /** Its fingerprints while a preview has fewer names. */
  readonly aliases?: readonly string[];
  readonly rule: string;
  readonly about: string;
  readonly holder?: string;
  readonly severity: Severity;
  /** What it is made of, by all spellings. Default: it is one. */
  readonly evidenceParts?: readonly string[];
}

/** The content of a baseline file, or what is wrong with it (lowercase, no final period). */
export type ParsedBaseline =
  | { readonly kind: "ok"; readonly known: readonly KnownFinding[] }
  | {
      readonly kind: "problem";
      readonly problem: string;
      /** Whether a baseline it is nonetheless, of another version, so that nothing is lost by writing it anew. */
      readonly isBaseline: boolean;
    };

/** The findings of a baseline, by all their fingerprints. */
export function baselineOf(all: readonly KnownFinding[]): Baseline {
  const baseline = new Map<string, Known>();
  for (const finding of all) {
    const { severity, evidenceParts = [] } = finding;
    for (const name of fingerprintsOf(finding)) {
      baseline.set(
        name,
        joined(baseline.get(name), { severity, evidenceParts: new Set(evidenceParts) }),
      );
    }
  }
  return baseline;
}

const howToMend = "write it anew with `agentid baseline`";

/** Reads what {@link printBaseline} wrote. */
export function parseBaseline(text: string): ParsedBaseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = `${jsonProblem(text, error)}; ${howToMend}`;
    return { kind: "problem", problem, isBaseline: false };
  }
  const list = (value as { readonly findings?: unknown } | null)?.findings;
  if (!Array.isArray(list) || !list.every(isKnownFinding)) {
    const problem = `is no baseline of this version; ${howToMend}`;
    const isBaseline = Array.isArray(list) && list.every(hasFingerprint);
    return { kind: "problem", problem, isBaseline };
  }
  return { kind: "ok", known: list };
}

/**
 * The violations among findings as a baseline, each once, in an order that makes for small diffs.
 *
 * What is waived is left out, else it would not block any more when the waiver ends; so is what is wrong with a waiver.
 */
export function printBaseline(findings: readonly Finding[]): string {
  const ofWaivers = new Set(rules.filter(({ family }) => family === "waivers").map(({ id }) => id));
  const violations = findings.filter(
    ({ verdict, waiver, rule }) =>
      verdict === "violated" && waiver === undefined && !ofWaivers.has(rule),
  );
  const known = new Map<string, KnownFinding>();
  for (const finding of violations) {
    const { fingerprint } = finding;
    known.set(fingerprint, knownFrom(finding, known.get(fingerprint)));
  }
  const sorted = [...known.values()].sort((a, b) => compareText(sortKey(a), sortKey(b)));
  return `${JSON.stringify({ formatVersion: 1, findings: sorted }, null, 2)}\n`;
}

/** @param before the same fault in another program */
function knownFrom(finding: Finding, before: KnownFinding | undefined): KnownFinding {
  const own = { severity: finding.severity, evidenceParts: new Set(finding.evidenceParts?.flat()) };
  const { severity, evidenceParts } = joined(
    before && { ...before, evidenceParts: new Set(before.evidenceParts) },
    own,
  );
  return {
    fingerprint: finding.fingerprint,
    ...(finding.aliases !== undefined && { aliases: finding.aliases }),
    rule: finding.rule,
    about: finding.about.label,
    ...(finding.holder !== undefined && { holder: finding.holder.label }),
    severity,
    ...(evidenceParts.size > 0 && { evidenceParts: [...evidenceParts].sort(compareText) }),
  };
}

function sortKey(known: KnownFinding): string {
  return JSON.stringify([known.rule, known.about, known.holder ?? "", known.fingerprint]);
}

function isKnownFinding(value: unknown): value is KnownFinding {
  const known = value as Partial<Record<keyof KnownFinding, unknown>> | null;
  return (
    typeof known === "object" &&
    known !== null &&
    isFingerprint(known.fingerprint) &&
    severities.some((severity) => severity === known.severity) &&
    isListOf(known.aliases, isFingerprint) &&
    isListOf(known.evidenceParts, (part) => typeof part === "string")
  );
}

function hasFingerprint(value: unknown): boolean {
  return isFingerprint((value as Partial<KnownFinding> | null)?.fingerprint);
}

function isListOf(value: unknown, isPart: (part: unknown) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isPart));
}

function isFingerprint(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
}
