import type { Condition, PolicyDocument, Statement } from "../policy/statement";
import { parseOperator } from "../policy/condition/operator";
import type { Urn } from "../snapshot/value";
import { hasFormInAws } from "./aws-values";
import { issuerOfKey } from "./context";
import { plainKey } from "./issuers";

/**
 * What conditions of a trust policy wait for before it is known whether they can be met: whole statements and
 * conditions, and values that have a form to keep. Undefined where all of them are known.
 */
export function undecidedConditions(document: PolicyDocument): readonly Urn[] | undefined {
  const waiting = document.statements.flatMap((statement): readonly (readonly Urn[])[] =>
    statement.kind === "unknown" ? [statement.waitsFor] : undecidedIn(statement),
  );
  return waiting.length === 0 ? undefined : [...new Set(waiting.flat())];
}

function undecidedIn({ conditions }: Statement): readonly (readonly Urn[])[] {
  return conditions.flatMap((each) => {
    if (each.kind === "unknown") return [each.waitsFor];
    if (!hasForm(each)) return [];
    return each.values.flatMap((part) => (part.kind === "unknown" ? [part.waitsFor] : []));
  });
}

function hasForm({ key, operator }: Extract<Condition, { kind: "test" }>): boolean {
  const parsed = parseOperator(operator);
  if (parsed === undefined || parsed.base === "Null" || parsed.negated) return false;
  return issuerOfKey(key) !== undefined || hasFormInAws(plainKey(key));
}
