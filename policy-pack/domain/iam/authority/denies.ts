import { covers } from "../../../../core/pattern";
import type {
  Part,
  PolicyDocument,
  Selection,
  Statement,
  UnknownStatement,
} from "../../../../core/policy/statement";
import { ByStart } from "./by-start";
import { everything } from "./selected";

type Denying = Statement | UnknownStatement;

/** Statements of a document that deny, certain or unknown. */
export interface Denies {
  /** Of those with `NotAction` or `NotResource`, the ones that may remove something of a grant. */
  readonly leaving: Finder;
  /** The same of those with `Action` and `Resource`, and of unknown ones. */
  readonly naming: Finder;
}

type Finder = (actions: readonly Part[], resources: readonly Part[]) => readonly Denying[];

/** Each grant needs them, and most statements allow. */
const known = new WeakMap<PolicyDocument, Denies>();

/** The statements of a document that deny. */
export function deniesOf(document: PolicyDocument): Denies {
  let found = known.get(document);
  if (found === undefined) known.set(document, (found = deniesIn(document)));
  return found;
}

function deniesIn({ statements }: PolicyDocument): Denies {
  const leaving: Statement[] = [];
  const naming: Denying[] = [];
  for (const statement of statements) {
    if (statement.kind === "unknown") naming.push(statement);
    else if (statement.effect !== "Allow")
      (leavesNamed(statement) ? leaving : naming).push(statement);
  }
  return { leaving: finderIn(leaving), naming: finderIn(naming) };
}

function leavesNamed({ actions, resources }: Statement): boolean {
  return actions.negated || resources?.negated === true;
}

/** Finds statements by what their actions or their resources may take in, whichever leaves fewer. */
function finderIn(denying: readonly Denying[]): Finder {
  const byAction = new Matched(denying, ({ actions }) => actions, true);
  const byResource = new Matched(denying, ({ resources }) => resources, false);
  return (actions, resources) => {
    const ofActions = byAction.of(actions);
    const ofResources = byResource.of(resources);
    const found = sizeOf(ofResources) < sizeOf(ofActions) ? ofResources : ofActions;
    if (found === undefined) return denying;
    const places = [...new Set(found.flat())].sort((a, b) => a - b);
    return places.flatMap((at) => denying[at] ?? []);
  };
}

/** Maximum entries of the cache for one document. */
const mostCached = 1_000_000;

/** Places of the statements that may take in a text by one of their elements. */
class Matched {
  readonly #byStart: ByStart<number>;
  readonly #values: readonly (readonly Part[])[];
  readonly #anyCase: boolean;
  /** Many grants look up one text. */
  readonly #known = new Map<string, readonly number[]>();
  #size = 0;

  constructor(
    denying: readonly Denying[],
    selectionOf: (statement: Statement) => Selection | undefined,
    anyCase: boolean,
  ) {
    this.#anyCase = anyCase;
    this.#byStart = new ByStart(anyCase);
    this.#values = denying.map((statement) => {
      const selection = statement.kind === "statement" ? selectionOf(statement) : undefined;
      // What leaves named things may take anything else.
      return (selection?.negated === false ? selection : everything).values;
    });
    this.#values.forEach((values, at) => this.#byStart.file(values, at));
  }

  /** A list for each of some parts; undefined where any statement may take in one. */
  of(parts: readonly Part[]): Found {
    const found: (readonly number[])[] = [];
    for (const part of parts) {
      if (part.kind === "unknown") return undefined;
      found.push(this.#ofText(part.text));
    }
    return found;
  }

  #ofText(given: string): readonly number[] {
    const text = this.#anyCase ? given.toLowerCase() : given;
    let found = this.#known.get(text);
    if (found === undefined) {
      found = [...new Set(this.#byStart.of(text).flat())]
        .filter((at) => this.#values[at]?.some((value) => this.#mayTake(value, text)))
        .sort((a, b) => a - b);
      this.#size += found.length + 1;
      if (this.#size < mostCached) this.#known.set(text, found);
    }
    return found;
  }

  /** The value of a variable is decided where the statement is evaluated. */
  #mayTake(value: Part, text: string): boolean {
    if (value.kind === "unknown" || value.text.includes("${")) return true;
    return covers(this.#anyCase ? value.text.toLowerCase() : value.text, text);
  }
}

type Found = readonly (readonly number[])[] | undefined;

function sizeOf(found: Found): number {
  return found === undefined ? Infinity : found.reduce((sum, { length }) => sum + length, 0);
}
