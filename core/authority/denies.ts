import type { Part, PolicyDocument, Statement, UnknownStatement } from "../policy/statement";
import { ByStart } from "./by-start";
import { everything } from "./selected";

type Denying = Statement | UnknownStatement;

/** Statements of a document that deny, for certain or perhaps. */
export interface Denies {
  /** Those that say what they leave, by `NotAction` or `NotResource`. */
  readonly leaving: readonly Statement[];
  /** Of those that say what they take away, and of those that are not known, the ones that may take something of a grant. */
  readonly naming: (actions: readonly Part[], resources: readonly Part[]) => readonly Denying[];
}

/** Each grant that is weighed asks for them, and most statements allow. */
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
  return { leaving, naming: finderIn(naming) };
}

function leavesNamed({ actions, resources }: Statement): boolean {
  return actions.negated || resources?.negated === true;
}

/** Finds statements by how their actions or their resources start, whichever leaves fewer. */
function finderIn(naming: readonly Denying[]): Denies["naming"] {
  const byAction = new ByStart<number>(true);
  const byResource = new ByStart<number>(false);
  naming.forEach((statement, at) => {
    const isKnown = statement.kind === "statement";
    byAction.file(isKnown ? statement.actions.values : everything.values, at);
    byResource.file((isKnown ? statement.resources?.values : undefined) ?? everything.values, at);
  });
  return (actions, resources) => {
    const ofActions = foundBy(byAction, actions);
    const ofResources = foundBy(byResource, resources);
    const found = sizeOf(ofResources) < sizeOf(ofActions) ? ofResources : ofActions;
    if (found === undefined) return naming;
    return [...new Set(found.flat())].sort((a, b) => a - b).flatMap((at) => naming[at] ?? []);
  };
}

/** Lists of the statements that may take in one of some parts; undefined where any may. */
function foundBy(starts: ByStart<number>, parts: readonly Part[]): Found {
  const found: (readonly number[])[] = [];
  for (const part of parts) {
    if (part.kind === "unknown") return undefined;
    found.push(...starts.of(part.text));
  }
  return found;
}

type Found = readonly (readonly number[])[] | undefined;

function sizeOf(found: Found): number {
  return found === undefined ? Infinity : found.reduce((sum, { length }) => sum + length, 0);
}
