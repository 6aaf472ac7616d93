import { uncertain, type Uncertainty } from "../../../../core/certainty";
import { replaceBetween } from "../../../../core/replace-between";
import { covers, hasWildcard, patternsOverlap, type Pattern } from "../../../../core/pattern";
import type { Context } from "../../../../core/policy/condition/context";
import { fillVariables } from "../../../../core/policy/condition/variables";
import type { Part, Selection } from "../../../../core/policy/statement";
import type { Urn } from "../../../../core/snapshot/value";
import { ByStart } from "./by-start";
import { meet } from "./meet";

/** What a selection matches of a request. */
export interface Selected {
  readonly certain: readonly Part[];
  /** What it may match, and why that is unknown. */
  readonly possible: readonly { readonly part: Part; readonly uncertainty: Uncertainty }[];
}

/** How the values of a selection are compared. */
export interface Reading {
  /** Whether letters' case makes no difference, as for actions. */
  readonly anyCase: boolean;
  /** Fills variables; undefined where `${…}` is plain text. */
  readonly context: Context | undefined;
}

/** What takes in anything, as a statement does that names no resource. */
export const everything: Selection = {
  negated: false,
  values: [{ kind: "text", text: "*", secret: false }],
};

/** Actions are compared without regard to case, and contain no variables. Source: IAM user guide, Action element. */
export const asActions: Reading = { anyCase: true, context: undefined };

/** The part of a request that a selection matches. */
export function selectedOf(
  requested: readonly Part[],
  { values, negated }: Selection,
  reading: Reading,
): Selected {
  if (!negated) return joined(requested, values, reading);
  const dependsOn = unknownIn(values);
  const left = requested.filter((part) => !isWithin(part, values, reading));
  if (dependsOn === undefined) return { certain: left, possible: [] };
  const uncertainty = notKnown(dependsOn);
  return { certain: [], possible: left.map((part) => ({ part, uncertainty })) };
}

/** What a Deny leaves of a request; what it denies in part is in both lists. */
export interface Refusal {
  readonly refused: readonly Part[];
  readonly left: readonly Part[];
  /** What parts wait for that are not known, so that it may refuse more; undefined where all are known. */
  readonly dependsOn: readonly Urn[] | undefined;
}

/** What a selection of a Deny takes away for certain, and what it leaves. */
export function refusalBy(
  requested: readonly Part[],
  { values, negated }: Selection,
  reading: Reading,
): Refusal {
  const within: Part[] = [];
  const others: Part[] = [];
  for (const part of requested) (isWithin(part, values, reading) ? within : others).push(part);
  // An unknown requested text may be what a value names.
  const dependsOn = others.length === 0 ? undefined : unknownIn([...values, ...others]);
  if (!negated) return { refused: within, left: others, dependsOn };
  if (unknownIn(values) !== undefined) return { refused: [], left: requested, dependsOn };
  const known = others.filter((part) => part.kind === "text");
  const open = others.filter((part) => part.kind === "unknown");
  return {
    refused: known,
    left: [...within, ...open, ...joined(known, values, reading).certain],
    dependsOn,
  };
}

function joined(requested: readonly Part[], values: readonly Part[], reading: Reading): Selected {
  const certain: Part[] = [];
  const possible: Selected["possible"][number][] = [];
  for (const part of requested) {
    for (const value of values) {
      const met = meetOf(part, value, reading);
      if (met?.uncertainty !== undefined)
        possible.push({ part: met.part, uncertainty: met.uncertainty });
      else if (met !== undefined) certain.push(met.part);
    }
  }
  return { certain, possible };
}

function meetOf(
  requested: Part,
  value: Part,
  reading: Reading,
): { readonly part: Part; readonly uncertainty?: Uncertainty } | undefined {
  if (value.kind === "unknown") {
    if (requested.kind === "unknown")
      return isDistinct(requested, value) ? undefined : { part: value };
    if (isAll(requested.text)) return { part: value };
    return { part: value, uncertainty: notKnown(value.dependsOn) };
  }
  if (requested.kind === "unknown") {
    return isAll(value.text)
      ? { part: requested }
      : { part: requested, uncertainty: notKnown(requested.dependsOn) };
  }
  const filled = filledIn(value.text, reading.context);
  if (filled === undefined) return undefined;
  const secret = requested.secret || value.secret;
  const certain = meetFilled(requested.text, filled, reading);
  if (certain !== undefined) return { part: { kind: "text", text: certain, secret } };
  if (filled.widest === undefined) return undefined;
  const possible = meetTexts(requested.text, filled.widest, reading);
  if (possible === undefined) return undefined;
  const { uncertainty = uncertain(inTheCall) } = filled;
  return { part: { kind: "text", text: possible, secret }, uncertainty };
}

/** Why it is not known what a policy names by a variable. */
export const inTheCall = "the value of a policy variable is known only in the call";

function meetFilled(
  requested: string,
  { text, pattern }: Filled,
  reading: Reading,
): string | undefined {
  if (pattern === undefined) return meetTexts(requested, text, reading);
  if (isAll(requested)) return text;
  return patternsOverlap(pattern, requested) ? requested : undefined;
}

function meetTexts(requested: string, value: string, { anyCase }: Reading): string | undefined {
  if (isAll(value)) return requested;
  if (isAll(requested)) return value;
  return anyCase ? meet(requested.toLowerCase(), value.toLowerCase()) : meet(requested, value);
}

function isWithin(part: Part, values: readonly Part[], reading: Reading): boolean {
  const near = part.kind === "unknown" ? [values] : nearTo(part.text, values, reading);
  return near.some((list) => list.some((value) => isWithinOne(part, value, reading)));
}

function isWithinOne(part: Part, value: Part, reading: Reading): boolean {
  if (value.kind === "unknown") return part.kind === "unknown" && isSameOutput(part, value);
  if (isAll(value.text)) return true;
  if (part.kind === "unknown") return false;
  const filled = filledIn(value.text, reading.context);
  if (filled === undefined) return false;
  return reading.anyCase
    ? covers(filled.text.toLowerCase(), part.text.toLowerCase())
    : covers(filled.pattern ?? filled.text, part.text);
}

/** So few values are compared as fast as they are found. */
const few = 16;

const starts = new WeakMap<readonly Part[], ByStart<Part>>();

/** Of many values those that may take in a text or a pattern. */
function nearTo(
  text: string,
  values: readonly Part[],
  { anyCase }: Reading,
): readonly (readonly Part[])[] {
  if (values.length <= few) return [values];
  let found = starts.get(values);
  if (found === undefined) {
    found = new ByStart(anyCase);
    for (const value of values) found.file([value], value);
    starts.set(values, found);
  }
  return found.of(text);
}

function isAll(text: string): boolean {
  return text === "*";
}

type UnknownPart = Extract<Part, { readonly kind: "unknown" }>;

/** Whether two values are one output of one resource, and so the same whatever it is. */
function isSameOutput(a: UnknownPart, b: UnknownPart): boolean {
  return a.output !== undefined && a.output === b.output && a.behind === b.behind && isOfSame(a, b);
}

/** Whether two values are the ARNs of two resources, or of a resource and of what is in it. */
function isDistinct(a: UnknownPart, b: UnknownPart): boolean {
  if (a.output !== "arn" || b.output !== "arn") return false;
  return !isOfSame(a, b) || isInside(a) !== isInside(b);
}

function isInside({ behind }: UnknownPart): boolean {
  return behind?.startsWith("/") === true;
}

function isOfSame(a: UnknownPart, b: UnknownPart): boolean {
  return (
    a.dependsOn.length === b.dependsOn.length &&
    a.dependsOn.every((urn) => b.dependsOn.includes(urn))
  );
}

function unknownIn(values: readonly Part[]): readonly Urn[] | undefined {
  const unknown = values.filter((part) => part.kind === "unknown");
  return unknown.length === 0 ? undefined : unknown.flatMap((part) => part.dependsOn);
}

function notKnown(dependsOn: readonly Urn[]): Uncertainty {
  return { reason: "a part of a policy is not known yet", dependsOn };
}

interface Filled {
  readonly text: string;
  /** With a wildcard in the place of a variable that is not known, which in `text` stays as it is. */
  readonly widest?: string;
  /** What that variable waits for, where it is known sooner than in the call. */
  readonly uncertainty?: Uncertainty;
  /** What it matches, where a value of the call has a literal wildcard. */
  readonly pattern?: Pattern;
}

/** A value with its variables filled in; undefined where one has no value, so that it matches nothing. */
function filledIn(text: string, context: Context | undefined): Filled | undefined {
  if (context === undefined || !text.includes("${")) return { text };
  const filled = fillVariables(text, context);
  switch (filled.kind) {
    case "filled":
      return {
        text: filled.text,
        ...(hidesWildcard(filled.pattern) && { pattern: filled.pattern }),
      };
    case "unresolved":
      return undefined;
    case "unknown": {
      const { reason, dependsOn } = filled;
      const widest = replaceBetween(text, ["${", "}"], "*");
      return { text, widest, ...(dependsOn && { uncertainty: { reason, dependsOn } }) };
    }
  }
}

function hidesWildcard(pattern: Pattern): boolean {
  return pattern.some((piece) => piece.kind === "literal" && hasWildcard(piece.text));
}
