import { parseOperator } from "../../../../core/policy/condition/operator";
import type { Condition, Part, PolicyDocument, Statement } from "../../../../core/policy/statement";
import { isEveryone } from "../../../../core/policy/everyone";

/**
 * Keys that a request has only where the principal of a service makes it. So no session of a role meets a test of them.
 *
 * The same is true of `kms:ViaService` where a service calls for the caller, who needs permission for that service. Access
 * points have policies of their own.
 *
 * Sources: IAM user guide, AWS global condition context keys ("Availability" of each); AWS KMS developer guide,
 * `kms:ViaService`; Amazon S3 user guide, "Delegating access control to access points".
 */
const neverMet: ReadonlySet<string> = new Set([
  "aws:principalservicename",
  "aws:principalservicenameslist",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:username",
  "kms:viaservice",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
]);

/**
 * Keys with the origin of a call, or its session of a role. No program shows whether other tenants' workloads have those
 * values.
 *
 * Sources: IAM user guide, AWS global condition context keys; Amazon EFS user guide, condition keys; Amazon SNS developer
 * guide, `AWS:SourceOwner`.
 */
const notReported: ReadonlySet<string> = new Set([
  "aws:ec2instancesourceprivateipv4",
  "aws:ec2instancesourcevpc",
  "aws:sourceip",
  "aws:sourceowner",
  "aws:sourcevpc",
  "aws:sourcevpcarn",
  "aws:sourcevpce",
  "aws:userid",
  "aws:vpceaccount",
  "aws:vpceorgid",
  "aws:vpceorgpaths",
  "aws:vpcsourceip",
  "elasticfilesystem:accessedviamounttarget",
  "s3:accesspointnetworkorigin",
]);

/** The statements of a resource's policy that allow callers without naming them, less what those cannot meet. */
export function openStatements(document: PolicyDocument): PolicyDocument {
  const statements = document.statements.flatMap((each): readonly Statement[] => {
    if (each.kind === "unknown" || each.effect === "Deny" || !isOpen(each)) return [];
    const conditions = leftToMeet(each.conditions);
    return conditions === undefined ? [] : [{ ...each, conditions }];
  });
  return { ...document, statements };
}

/** The conditions that a calling session of a role has to meet; undefined where none can. */
export function leftToMeet(conditions: readonly Condition[]): readonly Condition[] | undefined {
  const left: Condition[] = [];
  for (const condition of conditions) {
    const met = asMet(condition);
    if (met === "never") return undefined;
    if (met !== "met") left.push(met);
  }
  return left;
}

/** A whole account does not count: its own policies decide which principals may call. Source: IAM user guide, `Principal`. */
function isOpen({ principals }: Statement): boolean {
  if (principals === undefined) return false;
  return principals.negated || principals.values.some(isEveryone);
}

/** Whether callers have to be of units of an organisation; of the whole of one everyone is taken to be. */
function isOfUnits(key: string, values: readonly Part[]): boolean {
  if (key !== "aws:principalorgpaths") return false;
  return !values.some((part) => part.kind === "text" && /^o-[^/*?]+\/\*$/.test(part.text));
}

function asMet(condition: Condition): Condition | "met" | "never" {
  if (condition.kind === "unknown") return condition;
  const key = condition.key.toLowerCase();
  const operator = parseOperator(condition.operator);
  if (notReported.has(key) || isOfUnits(key, condition.values)) {
    const from =
      key === "aws:principalorgpaths" ? "the unit of an account" : "the origin of other callers";
    const reason = `it tests \`${condition.key}\`, and no program shows ${from}`;
    return { kind: "unknown", dependsOn: [], reason };
  }
  if (!neverMet.has(key) || operator === undefined) return condition;
  if (operator.base === "Null") {
    const requiresNone = condition.values.some(
      (part) => part.kind === "text" && part.text.toLowerCase() === "true",
    );
    return requiresNone ? "met" : "never";
  }
  const holdsWithout = operator.negated || operator.ifExists || operator.set === "all";
  return holdsWithout ? "met" : "never";
}
