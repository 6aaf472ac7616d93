import type { Condition, Part, PolicyDocument, Statement } from "../../../core/policy/statement";
import { parseOperator } from "../../../core/policy/condition/operator";
import type { Urn } from "../../../core/snapshot/value";
import { hasFormInAws } from "./aws-values";
import { issuerOfKey } from "./context";
import type { Dead } from "./dead";
import { plainKey } from "../../../core/trust/issuers";
import { areRoles } from "./users-only";

type UnknownPart = Extract<Part, { kind: "unknown" }>;

/** What a statement waits for before it is known whether its conditions can be met. */
export interface Undecided {
  /** The statement's place in the document, from 0. */
  readonly statement: number;
  /** Those that are known as far as their keys; none where nothing of the statement is known. */
  readonly conditions: readonly Condition[];
  readonly dependsOn: readonly Urn[];
}

/**
 * The statements of a trust policy of which it is not known yet whether their conditions can be met: whole statements and
 * conditions may be unknown, and values that have a form to keep.
 *
 * @param dead the conditions that are never met, which count only where the excluded principals call at all
 */
export function undecidedStatements(
  { statements }: PolicyDocument,
  dead: readonly Dead[],
): readonly Undecided[] {
  const unsure = new Set(dead.flatMap((each) => (each.isUnsure === true ? [each.statement] : [])));
  const dependsOn = [...unsure].flatMap((at) => {
    const statement = statements[at];
    const actions = statement?.kind === "statement" ? statement.actions.values : [];
    return actions.flatMap((part) => (part.kind === "unknown" ? part.dependsOn : []));
  });
  const undecided = statements.flatMap((each): readonly Undecided[] => {
    const statement = each.index;
    if (each.kind === "unknown") return [{ statement, conditions: [], dependsOn: each.dependsOn }];
    const waiting = undecidedIn(each);
    if (waiting.length === 0) return [];
    return [{ statement, conditions: each.conditions, dependsOn: [...new Set(waiting.flat())] }];
  });
  const [first] = unsure;
  return first === undefined
    ? undecided
    : [{ statement: first, conditions: [], dependsOn }, ...undecided];
}

function undecidedIn({ conditions }: Statement): readonly (readonly Urn[])[] {
  return conditions.flatMap((each) => {
    if (each.kind === "unknown") return [each.dependsOn];
    if (!hasForm(each)) return [];
    return each.values.flatMap((part) =>
      part.kind === "unknown" && !isArnOfCaller(each.key, part) ? [part.dependsOn] : [],
    );
  });
}

/** Whether a value is the ARN of a role of the stack, unchanged, so that a caller can have it. */
function isArnOfCaller(key: string, { output, behind, dependsOn }: UnknownPart): boolean {
  const isArn = output === "arn" && behind === undefined;
  return isArn && plainKey(key) === "aws:principalarn" && areRoles(dependsOn);
}

function hasForm({ key, operator }: Extract<Condition, { kind: "test" }>): boolean {
  const parsed = parseOperator(operator);
  if (parsed === undefined || parsed.base === "Null" || parsed.negated) return false;
  return issuerOfKey(key) !== undefined || hasFormInAws(plainKey(key));
}
