import { daysBetween, type Day } from "../../../core/day";
import type { Rule } from "../../findings/define-rule";
import type { Severity } from "../../../core/severity";
import type { ControlId } from "./controls";

/** Longest time to a waiver's expiry, in days. */
export const longestWaiver = 90;

/** An entry of the waivers file: a finding with an owner, until a day. */
export interface Waiver {
  readonly rule: string;
  /** The shared thing, by its label or name in a report. */
  readonly thing?: string;
  /** The affected workload, by label or name; without it, a finding without a holder. */
  readonly holder?: string;
  readonly fingerprint?: string;
  readonly owner: string;
  readonly reason: string;
  readonly ticket: string;
  /** Its last day. */
  readonly expires: Day;
  /** What restricts the workload meanwhile; at least one. */
  readonly controls: readonly ControlId[];
  readonly source: { readonly file: string; readonly line: number; readonly column: number };
}

/** The waivers to go by, and the day it is. */
export interface Waivers {
  readonly entries: readonly Waiver[];
  readonly today: Day;
}

/**
 * Why no finding of a rule is ever waived, or undefined where some are; a sentence without its period.
 *
 * @param severity how bad the finding is, where there is one
 */
export function neverWaived(rule: Rule, severity: Severity = rule.severity): string | undefined {
  switch (rule.family) {
    case "tenancy":
      return `\`${rule.id}\` guards the boundary between tenants, which cannot be waived`;
    case "federation":
      return rule.severity === "critical" || severity === "critical"
        ? `\`${rule.id}\` reports who from outside can assume an identity; a critical finding of it cannot be waived`
        : undefined;
    case "waivers":
      return `\`${rule.id}\` judges waivers themselves`;
    case "secrets":
    case "identity":
    case "lifetime":
    case "authority":
      return undefined;
  }
}

/** Whether a waiver's last day is past. */
export function isExpired({ expires }: Pick<Waiver, "expires">, today: Day): boolean {
  return daysBetween(today, expires) < 0;
}

/** Whether a waiver's last day is further away than any may be. */
export function isTooLong({ expires }: Pick<Waiver, "expires">, today: Day): boolean {
  return daysBetween(today, expires) > longestWaiver;
}
