import { ownIdentityActions } from "../../core/workload-policies";
import { argumentError } from "../arguments/argument-error";

/** A permission with all its values known. */
export interface KnownPermission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: readonly KnownCondition[];
}

/** A condition with all its values known. */
interface KnownCondition {
  readonly test: string;
  readonly variable: string;
  readonly values: readonly string[];
}

/** Longest text of all inline policies of a role, white space left out. Source: IAM and STS quotas. */
export const longestInlinePolicy = 10_240;

/**
 * Identity policy that allows only the permissions; throws where it is too long for IAM.
 *
 * @param others statements that its federation adds. Default: none.
 * @param longest maximum characters. Default: all that fit an inline policy.
 */
export function permissionsDocument(
  subject: string,
  permissions: readonly KnownPermission[],
  others: readonly object[] = [],
  longest = longestInlinePolicy,
): string {
  const allowed = permissions.map((permission) => ({
    Effect: "Allow",
    Action: permission.actions,
    Resource: permission.resources,
    ...(permission.conditions === undefined
      ? {}
      : { Condition: conditionsBlock(permission.conditions) }),
  }));
  const document = JSON.stringify({ Version: "2012-10-17", Statement: [...others, ...allowed] });
  if (document.length > longest) {
    throw argumentError(
      subject,
      `permissions take \`${document.length}\` characters; at most ${longest} fit an inline policy${longest < longestInlinePolicy ? " beside what gets OAuth2 tokens" : ""}; name fewer or shorter resources`,
    );
  }
  return document;
}

/**
 * Denies everything to the code of any function but one, so that the role is of no use to a function that it was passed to
 * by mistake.
 *
 * What Lambda itself does with the role, such as to write logs or to read a queue, names no function and is left alone.
 * Source: AWS Lambda developer guide, working with execution environment credentials, `lambda:SourceFunctionArn`.
 */
export function otherFunctionsDenied(functionArn: string): object {
  return {
    Sid: "DenyOtherFunctions",
    Effect: "Deny",
    Action: "*",
    Resource: "*",
    Condition: {
      ArnNotLike: { "lambda:SourceFunctionArn": [functionArn, `${functionArn}:*`] },
      // A negated operator is true where the key is absent, so its presence is tested too.
      Null: { "lambda:SourceFunctionArn": "false" },
    },
  };
}

/**
 * Lets a workload prove to AgentCore who it is, for itself and for a person whose token it has.
 *
 * The directory is a resource of these actions too. Source: Service Authorization Reference, Amazon Bedrock AgentCore.
 */
export function ownIdentityAllowed(directoryArn: string, workloadIdentityArn: string): object {
  return {
    Sid: "ProveWorkload",
    Effect: "Allow",
    Action: ownIdentityActions,
    Resource: [directoryArn, workloadIdentityArn],
  };
}

function conditionsBlock(
  conditions: readonly KnownCondition[],
): Record<string, Record<string, readonly string[]>> {
  const block: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, variable, values } of conditions) {
    block[test] = { ...block[test], [variable]: values };
  }
  return block;
}
