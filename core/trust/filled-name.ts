import { parseOperator } from "../policy/condition/operator";
import type { Condition, Part } from "../policy/statement";
import { plainKey } from "./issuers";
import { isGuard } from "./tested";

/**
 * Whose name a condition asks a session to have that IAM fills in for a variable: the caller's own, or any that the caller
 * likes; undefined where it asks for none of these.
 *
 * A variable stands for a value of the caller's request, not of the session that it asks for. What the call itself names,
 * as its source identity, its tags and the name of its session, the caller chooses. A tag that the caller may lack can have
 * a default, which callers without the tag share. Sessions of a role have no `aws:username`, and a colon in their
 * `aws:userid`, which no source identity has: such a name lets no role in, and users of an account under their own.
 *
 * Sources: IAM user guide, "IAM policy elements: Variables and tags" ("Principal key values", "Specifying default values")
 * and "Monitor and control actions taken with assumed roles", whose example asks for `${aws:username}`; Amazon SageMaker
 * Unified Studio, whose trust policies ask for `${aws:PrincipalTag/datazone:userId}`; IAM and AWS STS condition context
 * keys.
 *
 * @param isShared whether several callers have to meet the condition
 */
export function filledName(
  condition: Condition,
  isShared: boolean,
): "the caller's" | "any" | undefined {
  if (condition.kind === "unknown" || plainKey(condition.key) !== "sts:sourceidentity") {
    return undefined;
  }
  const operator = parseOperator(condition.operator);
  if (operator === undefined || !isGuard(operator)) return undefined;
  const names = condition.values.map((part) => nameIn(part, isShared));
  if (names.includes("any")) return "any";
  return names.every((name) => name === "the caller's") ? "the caller's" : undefined;
}

function nameIn(part: Part, isShared: boolean): ReturnType<typeof filledName> {
  if (part.kind === "unknown") return undefined;
  if (chosen.test(part.text)) return "any";
  const own = ownName.exec(part.text);
  if (own === null) return undefined;
  return own[1] !== undefined && isShared ? "any" : "the caller's";
}

const chosen = /^\$\{(?:sts:SourceIdentity|sts:RoleSessionName|aws:RequestTag\/[^${}]+)\}$/i;
const ownName =
  /^[^*?$]*\$\{aws:(?:PrincipalTag\/[^${},]+|username|userid)(, *'[^'${}]*')?\}[^*?$]*$/i;
