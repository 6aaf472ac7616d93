import { isAccountId, parseArn } from "../arn";
import type { Urn } from "../snapshot/value";
import type { Admission } from "./admission";
import type { ClaimPattern } from "./claim-pattern";
import { noLookups, principalOf, type Principal } from "./principal";
import { testedKey } from "./tested";

type Way = Pick<Admission, "principal" | "conditions" | "variables">;

/**
 * The principals that conditions restrict everyone to, as if the trust named them: the roles, users and accounts of
 * `aws:PrincipalArn`, else the accounts of `aws:PrincipalAccount`. Any other principal is returned itself; none where everyone
 * is restricted to no known one.
 */
export function heldTo(way: Way): readonly Principal[] {
  if (way.principal.kind !== "everyone") return [way.principal];
  const arns = valuesOf(way, "aws:principalarn", ({ text }) => isAccountId(accountIn(text)));
  if (arns.length > 0) return arns.map(calledBy);
  return valuesOf(way, "aws:principalaccount", ({ text }) => isAccountId(text)).map(accountOf);
}

/**
 * The dependencies of the account to which one unknown value restricts everyone. Undefined without such a value, where everyone
 * is restricted to a known one, or where it is the ARN of a resource of the stack.
 */
export function heldToUnknown(way: Way): readonly Urn[] | undefined {
  if (way.principal.kind !== "everyone" || heldTo(way).length > 0) return undefined;
  const [arns, accounts] = [
    oneUnknown(way, "aws:principalarn"),
    oneUnknown(way, "aws:principalaccount"),
  ];
  return arns === undefined || arns.length === 0 ? (accounts ?? arns) : undefined;
}

function oneUnknown({ conditions, variables }: Way, key: string): readonly Urn[] | undefined {
  const tested = testedKey(conditions, key, variables);
  if (tested.kind !== "tested") return undefined;
  return tested.tests.find(({ isExact }) => isExact === true)?.dependsOn;
}

function valuesOf(
  { conditions, variables }: Way,
  key: string,
  isFit: (value: ClaimPattern) => boolean,
): readonly ClaimPattern[] {
  const tested = testedKey(conditions, key, variables);
  if (tested.kind !== "tested") return [];
  const known = tested.tests.find(
    ({ patterns, dependsOn }) => dependsOn === undefined && patterns.every(isFit),
  );
  return known?.patterns ?? [];
}

function calledBy({ text }: ClaimPattern): Principal {
  if (/[*?]/.test(text)) return accountOf({ text: accountIn(text) });
  return principalOf({ type: "AWS", value: { kind: "text", text, secret: false } }, noLookups);
}

function accountOf({ text }: Pick<ClaimPattern, "text">): Principal {
  return { kind: "account", account: text };
}

function accountIn(arn: string): string {
  const parsed = parseArn(arn);
  return parsed.ok ? parsed.arn.account : "";
}
