import { argumentError } from "../argument-error";

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
const longestInlinePolicy = 10_240;

/** Identity policy that allows what the permissions say and nothing else; throws where it is too long for IAM. */
export function permissionsDocument(
  subject: string,
  permissions: readonly KnownPermission[],
): string {
  const document = JSON.stringify({
    Version: "2012-10-17",
    Statement: permissions.map((permission) => ({
      Effect: "Allow",
      Action: permission.actions,
      Resource: permission.resources,
      ...(permission.conditions === undefined
        ? {}
        : { Condition: conditionsBlock(permission.conditions) }),
    })),
  });
  if (document.length > longestInlinePolicy) {
    throw argumentError(
      subject,
      `permissions take \`${document.length}\` characters; at most ${longestInlinePolicy} fit an inline policy; name fewer or shorter resources`,
    );
  }
  return document;
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
