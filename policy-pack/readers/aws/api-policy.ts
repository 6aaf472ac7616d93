import { parsePolicyDocument, type Statement } from "../../../core/policy/document";
import type { PolicyDocument } from "../../../core/policy/statement";
import type { Value } from "../../../core/snapshot/value";

/** Whom the policy of a REST API lets call methods that ask nobody themselves. */
export type LetIn = "everyone" | "principals" | "unclear";

/** Resources that are all methods of an API. */
const allMethods = /^(?:\*|(?:execute-api:|arn:[^:]+:execute-api:[^:]*:[^:]*:[^/]*)\/\*(?:\/\*)*)$/;

/**
 * Whom a policy of a REST API lets in: everyone where it allows all methods to all on no condition, those it names where
 * it allows nothing to all, which callers without a signature are not. Anything else is not told apart.
 *
 * Source: API Gateway developer guide, "How API Gateway resource policies affect authorization workflow".
 */
export function letInBy(policy: Value): LetIn {
  const parsed = parsePolicyDocument(policy);
  return parsed.kind === "document" ? letInByDocument(parsed.document) : "unclear";
}

function letInByDocument({ statements }: PolicyDocument): LetIn {
  const known = statements.filter((each) => each.kind === "statement");
  if (known.length < statements.length) return "unclear";
  const allows = known.filter((each) => each.effect !== "Deny");
  if (allows.every(isForPrincipals)) return "principals";
  const isNarrowed = known.some((each) => each.effect !== "Allow");
  return !isNarrowed && allows.some(isForAll) ? "everyone" : "unclear";
}

function isForPrincipals({ principals }: Statement): boolean {
  return (
    principals?.negated === false &&
    principals.values.every(({ value }) => value.kind === "text" && value.text !== "*")
  );
}

function isForAll(statement: Statement): boolean {
  const { principals, conditions, resources } = statement;
  return (
    principals?.negated === false &&
    principals.values.some(({ value }) => value.kind === "text" && value.text === "*") &&
    conditions.length === 0 &&
    resources?.negated === false &&
    resources.values.some((part) => part.kind === "text" && allMethods.test(part.text))
  );
}
