import { isAccountId, parseArn } from "../../../core/arn";
import { hasWildcard } from "../../../core/pattern";
import type { ClaimPattern } from "../../../core/trust/claim-pattern";
import type { Misformed } from "./subject-forms";

type Problem = (text: string) => string | undefined;

/** What values of condition keys of AWS never look like. Source: IAM user guide, global condition keys. */
const problems: Readonly<Record<string, Problem>> = {
  "aws:principalaccount": accountProblem,
  "aws:sourceaccount": accountProblem,
  "aws:resourceaccount": accountProblem,
  "aws:sourceowner": accountProblem,
  "aws:principalorgid": organisationProblem,
  "aws:sourceorgid": organisationProblem,
  "aws:resourceorgid": organisationProblem,
  "aws:principalarn": principalProblem,
  "aws:sourcearn": arnProblem,
};

/** Whether the values of a condition key, given in lowercase, have a form of AWS. */
export function hasFormInAws(key: string): boolean {
  return Object.hasOwn(problems, key);
}

/** What is wrong with a value of a condition key of AWS, given in lowercase. */
export function misformedForAws(key: string, { text }: ClaimPattern): Misformed | undefined {
  if (key === "aws:requesttag/kubernetes-pod-uid" && text !== "" && !hasWildcard(text)) {
    return {
      kind: "once",
      because: "names one pod, which its controller replaces",
    };
  }
  const problem = problemOf(key)?.(text);
  return problem === undefined ? undefined : { kind: "impossible", because: problem };
}

/** What may be wrong with values of a key; an external id that is not known may well have the right form. */
function problemOf(key: string): Problem | undefined {
  if (key === "sts:externalid") return externalIdProblem;
  return Object.hasOwn(problems, key) ? problems[key] : undefined;
}

/** Source: STS API reference, AssumeRole. */
function externalIdProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  const fits = /^[\w+=,.@:/-]{2,1224}$/.test(text);
  return hasWildcard(text) || fits
    ? undefined
    : "is not an external id: that has at least two characters, all of `a-zA-Z0-9_+=,.@:/-`";
}

function accountProblem(text: string): string | undefined {
  return hasWildcard(text) || isAccountId(text) ? undefined : "is not an account id of 12 digits";
}

function organisationProblem(text: string): string | undefined {
  const start = text.replace(/[*?].*/s, "");
  const fits = start.startsWith("o-") || (hasWildcard(text) && "o-".startsWith(start));
  return fits ? undefined : "is not an organisation id such as `o-ID`";
}

function arnProblem(text: string): string | undefined {
  const start = text.replace(/[*?].*/s, "");
  const fits = start.startsWith("arn:") || (hasWildcard(text) && "arn:".startsWith(start));
  if (!fits) return "is not an ARN";
  const parsed = parseArn(text);
  const account = parsed.ok ? parsed.arn.account : "";
  // An account may be a word, such as `cloudfront`, or left out; as a number it has 12 digits.
  return /^[0-9]+$/.test(account) && !isAccountId(account)
    ? "is an ARN whose account id has not 12 digits"
    : undefined;
}

/** The key has the ARN of the role also where a session of it calls. */
function principalProblem(text: string): string | undefined {
  const parsed = parseArn(text);
  if (!parsed.ok) return arnProblem(text);
  const isSession = parsed.arn.service === "sts" && parsed.arn.resource.startsWith("assumed-role/");
  if (isSession) return "is a session ARN: the key contains the ARN of the role";
  return arnProblem(text);
}
