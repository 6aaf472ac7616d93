import type { Context } from "../policy/condition/context";
import { evaluateConditions } from "../policy/condition/evaluate";
import type { Condition, Statement } from "../policy/statement";
import { no, type Three } from "../three-valued";

/**
 * Keys that say who calls, from where and when, but not what for.
 *
 * Source: IAM user guide, AWS global condition context keys.
 */
const callerKeys: ReadonlySet<string> = new Set([
  "aws:currenttime",
  "aws:ec2instancesourceprivateipv4",
  "aws:ec2instancesourcevpc",
  "aws:epochtime",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalisawsservice",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principaltype",
  "aws:referer",
  "aws:requestedregion",
  "aws:resourceaccount",
  "aws:resourceorgid",
  "aws:resourceorgpaths",
  "aws:securetransport",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceidentity",
  "aws:sourceip",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:sourcevpc",
  "aws:sourcevpcarn",
  "aws:sourcevpce",
  "aws:tokenissuetime",
  "aws:useragent",
  "aws:userid",
  "aws:username",
  "aws:viaawsservice",
  "aws:vpceaccount",
  "aws:vpceorgid",
  "aws:vpceorgpaths",
  "aws:vpcsourceip",
  "sts:rolesessionname",
]);

const callerPrefixes = ["aws:principaltag/", "saml:", "cognito-identity.amazonaws.com:"];

/** Whether a condition key, in lowercase, says only who calls, from where and when. */
function isCallerKey(key: string): boolean {
  return (
    callerKeys.has(key) ||
    callerPrefixes.some((prefix) => key.startsWith(prefix)) ||
    /^[^:]+\.[^:]+:/.test(key)
  );
}

/**
 * Keys that hold what the caller asks for, so that it can meet an Allow and avoid a Deny.
 *
 * Source: AWS service authorization reference, condition keys of Amazon EC2, AWS Lambda, Amazon ECS, AWS IAM and AWS STS.
 */
const chosenKeys: ReadonlySet<string> = new Set([
  "aws:tagkeys",
  "ec2:availabilityzone",
  "ec2:instancetype",
  "ec2:islaunchtemplateresource",
  "ec2:launchtemplate",
  "ec2:metadatahttpendpoint",
  "ec2:metadatahttpputresponsehoplimit",
  "ec2:metadatahttptokens",
  "ec2:region",
  "ec2:subnet",
  "ec2:tenancy",
  "ec2:vpc",
  "ecs:cluster",
  "ecs:enable-execute-command",
  "iam:associatedresourcearn",
  "lambda:functionurlauthtype",
  "lambda:layer",
  "lambda:securitygroupids",
  "lambda:subnetids",
  "lambda:vpcids",
  "sts:externalid",
]);

/** Whether a condition key, in lowercase, holds what a caller chooses for a call. */
export function isChosenKey(key: string): boolean {
  return chosenKeys.has(key) || key.startsWith("aws:requesttag/");
}

/**
 * Whether a statement counts in a request.
 *
 * Where the context does not say who calls, from where and when, an Allow is taken to be meant for the caller, and a
 * Deny for others: neither tells what the identity is good for.
 */
export function standingOf(statement: Statement, context: Context, variables: boolean): Three {
  const { conditions, effect } = statement;
  const unsaid = conditions.filter((condition) => isUnsaid(condition, context));
  if (unsaid.length === 0) return evaluateConditions(conditions, context, variables).result;
  const rest = conditions.filter((condition) => !unsaid.includes(condition));
  const { result } = evaluateConditions(rest, context, variables);
  return effect === "Deny" ? no : result;
}

function isUnsaid(condition: Condition, context: Context): boolean {
  if (condition.kind === "unknown") return false;
  const key = condition.key.toLowerCase();
  const value = context(key);
  const isOpen = value.kind === "unknown" && value.decides !== true;
  return isOpen && (isCallerKey(key) || isChosenKey(key));
}

/**
 * The request in which an identity does its worst by what is known: keys that are given, and none that would narrow what
 * it is about.
 *
 * @param given values of keys, in lowercase
 */
export function unnarrowed(given: Readonly<Record<string, readonly string[]>> = {}): Context {
  return (key) => {
    const values = Object.hasOwn(given, key) ? given[key] : undefined;
    if (values !== undefined) return { kind: "present", values };
    return isCallerKey(key)
      ? { kind: "unknown", reason: "who calls, from where and when is not known" }
      : { kind: "absent" };
  };
}
