import { argumentError } from "../arguments/argument-error";

/** Tag and annotation with the last day of a secret. */
export const rotationMark = "agentid.dev/rotate-before";

/** The last day of a key or secret that never expires at its issuer. */
export interface KeyRotation {
  /** Day on which it was issued, such as `2026-11-01`; with a later day a configured value is written again. */
  issued: string;
  /** Day before which a new one is to be issued, at most 90 days after `issued`. */
  rotateBefore: string;
  /** Day of the run, such as `2026-11-25`: from `rotateBefore` on, nothing is declared any more. Default: not checked, as components read no clock. */
  today?: string;
}

/** The stored part of a rotation: the day of a run is no part of the stack. */
export interface KnownRotation {
  readonly issued: string;
  readonly rotateBefore: string;
}

/** Longest use of one key, in days. Source: CIS AWS Foundations Benchmark, rotation of access keys. */
const longestUse = 90;

const dayInMilliseconds = 86_400_000;

/** Checks the days of a rotation against each other, and against the day of the run where that is set. */
export function readRotation(
  subject: string,
  rotation: KeyRotation,
  argument = "rotation",
): KnownRotation {
  const { issued, rotateBefore, today } = rotation;
  const start = readDay(subject, `${argument}.issued`, issued);
  const end = readDay(subject, `${argument}.rotateBefore`, rotateBefore);
  if (end <= start) {
    throw argumentError(
      subject,
      `${argument}.rotateBefore \`${rotateBefore}\` is not after \`${issued}\`, when it was issued; give a later day`,
    );
  }
  if (end - start > longestUse) {
    throw argumentError(
      subject,
      `${argument}.rotateBefore \`${rotateBefore}\` is ${end - start} days after \`${issued}\`; at most ${longestUse} are allowed, so give \`${printDay(start + longestUse)}\` or earlier`,
    );
  }
  if (today !== undefined) checkToday(subject, argument, rotation, today);
  return { issued, rotateBefore };
}

/** A day as a number that grows with each day of issue, for what is written again when it changes. */
export function versionOf({ issued }: KnownRotation): number {
  return Number(issued.replaceAll("-", ""));
}

function checkToday(
  subject: string,
  argument: string,
  { issued, rotateBefore }: KeyRotation,
  today: string,
): void {
  const now = readDay(subject, `${argument}.today`, today);
  if (readDay(subject, `${argument}.issued`, issued) > now) {
    throw argumentError(
      subject,
      `${argument}.issued \`${issued}\` is after today, \`${today}\`; give the day on which it was issued`,
    );
  }
  if (readDay(subject, `${argument}.rotateBefore`, rotateBefore) <= now) {
    throw argumentError(
      subject,
      `${argument}.rotateBefore \`${rotateBefore}\` has come, as today is \`${today}\`; have a new one issued, put it in place, and give both days anew`,
    );
  }
}

/** Days since 1970-01-01. */
function readDay(subject: string, argument: string, text: unknown): number {
  if (typeof text === "string" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) {
    const days = Date.parse(`${text}T00:00:00Z`) / dayInMilliseconds;
    // JavaScript takes 31 February for 3 March.
    if (Number.isInteger(days) && printDay(days) === text) return days;
  }
  // A stack's settings are YAML, in which a day without quotes is a point in time, and Pulumi writes that in Go's way.
  const unquoted = / 00:00:00 \+0000 UTC$/.test(String(text)) ? ", in quotes in YAML" : "";
  throw argumentError(
    subject,
    `${argument} \`${String(text)}\` is no day; give one such as \`2026-11-01\`${unquoted}`,
  );
}

function printDay(days: number): string {
  return new Date(days * dayInMilliseconds).toISOString().slice(0, 10);
}
