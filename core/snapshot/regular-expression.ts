import { parseExpression, type Expression } from "./expression";

/** Longest text that is matched with a pattern: no name of an object or an image is longer. */
const MAX_TEXT = 2048;

/** Longest pattern. */
const MAX_PATTERN = 1024;

/** Most steps of a pattern once what it repeats is written out. */
const MAX_STEPS = 2_000;

/** One step of a pattern: it matches a character, tests a position, or branches. */
type Step =
  | { readonly kind: "takes"; readonly test: (character: string) => boolean }
  | { readonly kind: "at"; readonly place: "start" | "end" }
  | { readonly kind: "splits"; readonly to: readonly number[] };

/**
 * A test of whether a text matches a regular expression of Go, as operators use them; undefined where its syntax is not
 * supported here.
 *
 * A text is read once, with all the steps that it may be at: it takes time in proportion to the product of both lengths.
 */
export function patternOf(pattern: string): ((text: string) => boolean) | undefined {
  if (pattern.length > MAX_PATTERN) return undefined;
  const expression = parseExpression(pattern);
  if (expression === undefined) return undefined;
  const steps: Step[] = [];
  if (!write(expression, steps)) return undefined;
  return (text) => text.length <= MAX_TEXT && fits(steps, Array.from(text));
}

/** As {@link patternOf}, of the whole text; an empty pattern fits every text. */
export function wholePatternOf(pattern: string): ((text: string) => boolean) | undefined {
  if (pattern === "") return () => true;
  // Nearly all are names, with nothing in them that means something.
  if (/^[\w/-]+$/.test(pattern)) return (text) => text === pattern;
  return patternOf(`^(?:${pattern})$`);
}

/** Adds the steps of an expression, which end at the step after the last; false where they are too many. */
function write(expression: Expression, steps: Step[]): boolean {
  if (steps.length > MAX_STEPS) return false;
  switch (expression.kind) {
    case "takes":
    case "at":
      steps.push(expression);
      return true;
    case "all":
      return expression.of.every((each) => write(each, steps));
    case "one of":
      return writeOneOf(expression.of, steps);
    case "repeats":
      return writeRepeated(expression, steps);
  }
}

function writeOneOf(ways: readonly Expression[], steps: Step[]): boolean {
  const starts: number[] = [];
  const start = steps.push({ kind: "splits", to: starts }) - 1;
  const ends: number[][] = [];
  for (const way of ways) {
    starts.push(steps.length);
    if (!write(way, steps)) return false;
    const end: number[] = [];
    ends.push(end);
    steps.push({ kind: "splits", to: end });
  }
  for (const end of ends) end.push(steps.length);
  return steps.length - start <= MAX_STEPS;
}

function writeRepeated(
  { of, least, most }: Extract<Expression, { readonly kind: "repeats" }>,
  steps: Step[],
): boolean {
  for (let time = 0; time < least; time += 1) if (!write(of, steps)) return false;
  const exits: number[][] = [];
  const times = most === Infinity ? 1 : most - least;
  for (let time = 0; time < times; time += 1) {
    const to = [steps.length + 1];
    const split = steps.push({ kind: "splits", to }) - 1;
    exits.push(to);
    if (!write(of, steps)) return false;
    if (most === Infinity) steps.push({ kind: "splits", to: [split] });
  }
  for (const exit of exits) exit.push(steps.length);
  return true;
}

/** Whether some part of a text fits the steps. */
function fits(steps: readonly Step[], characters: readonly string[]): boolean {
  let here: number[] = [];
  for (let at = 0; ; at += 1) {
    // A fit may start at each character.
    const reached = reachedFrom([...here, 0], steps, at === 0, at === characters.length);
    if (reached.has(steps.length)) return true;
    const character = characters[at];
    here = [];
    if (character === undefined) break;
    for (const index of reached) {
      const step = steps[index];
      if (step?.kind === "takes" && step.test(character)) here.push(index + 1);
    }
  }
  return false;
}

/** The steps that can be reached from some without taking a character. */
function reachedFrom(
  from: readonly number[],
  steps: readonly Step[],
  isStart: boolean,
  isEnd: boolean,
): ReadonlySet<number> {
  const reached = new Set(from);
  for (const index of reached) {
    const step = steps[index];
    if (step?.kind === "splits") for (const next of step.to) reached.add(next);
    else if (step?.kind === "at" && (step.place === "start" ? isStart : isEnd)) {
      reached.add(index + 1);
    }
  }
  return reached;
}
