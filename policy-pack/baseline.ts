import type { Finding } from "../core/finding";
import { rules } from "./rules";

/** A finding as a baseline knows it: the fingerprint decides, the names are for who reviews the file. */
export interface KnownFinding {
  readonly fingerprint: string;
  /** Under which it may be told while a preview knows less. */
  readonly aliases?: readonly string[];
  readonly rule: string;
  readonly about: string;
  readonly holder?: string;
}

/** What a baseline file says, or what is wrong with it (lowercase, no final period). */
export type ParsedBaseline =
  | { readonly kind: "ok"; readonly known: readonly KnownFinding[] }
  | { readonly kind: "problem"; readonly problem: string };

/** All fingerprints that a baseline knows. */
export function knownFingerprints(known: readonly KnownFinding[]): ReadonlySet<string> {
  return new Set(known.flatMap(({ fingerprint, aliases = [] }) => [fingerprint, ...aliases]));
}

const howToMend = "write it anew with `agentid baseline`";

/** Reads what {@link printBaseline} wrote. */
export function parseBaseline(text: string): ParsedBaseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "problem", problem: `is not JSON; ${howToMend}` };
  }
  const list = (value as { readonly findings?: unknown } | null)?.findings;
  if (!Array.isArray(list) || !list.every(isKnownFinding)) {
    return { kind: "problem", problem: `is no baseline of this version; ${howToMend}` };
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
  const known = new Map(violations.map((finding) => [finding.fingerprint, knownFrom(finding)]));
  const sorted = [...known.values()].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return `${JSON.stringify({ formatVersion: 1, findings: sorted }, null, 2)}\n`;
}

function knownFrom(finding: Finding): KnownFinding {
  return {
    fingerprint: finding.fingerprint,
    ...(finding.aliases !== undefined && { aliases: finding.aliases }),
    rule: finding.rule,
    about: finding.about.label,
    ...(finding.holder !== undefined && { holder: finding.holder.label }),
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
    (known.aliases === undefined ||
      (Array.isArray(known.aliases) && known.aliases.every(isFingerprint)))
  );
}

function isFingerprint(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
}
