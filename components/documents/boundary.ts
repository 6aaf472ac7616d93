import { printRoleArn } from "../../core/arn";
import { tenantMark } from "../../core/marks";
import { rolePath } from "../arguments/naming";

/** The tenant that a boundary restricts its roles to, and the location of the roles. */
export interface Boundary {
  readonly tenant: string;
  readonly partition: string;
  readonly account: string;
}

/**
 * Permissions boundary of all roles of a tenant: what they can never do, whatever their policies allow.
 *
 * They administer no identity, assume no role outside the tenant's path, and touch nothing with another tenant's tag. The tag
 * counts only in services that authorise by resource tag, and a boundary does not limit what a resource's own policy grants to
 * a session. It names no workload, so adding one does not change it. Source: IAM user guide, permissions boundaries for IAM
 * entities.
 */
export function boundaryDocument(boundary: Boundary): string {
  const ownRoles = printRoleArn({
    partition: boundary.partition,
    account: boundary.account,
    path: rolePath(boundary.tenant),
    name: "*",
  });
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: "AllowWithinPolicies", Effect: "Allow", Action: "*", Resource: "*" },
      { Sid: "DenyIdentityAdministration", Effect: "Deny", Action: "iam:*", Resource: "*" },
      {
        Sid: "DenyRolesOutsideTenant",
        Effect: "Deny",
        Action: "sts:AssumeRole",
        NotResource: ownRoles,
      },
      {
        Sid: "DenyOtherTenants",
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: {
          // A negated operator is true where the tag is absent, so the tag's presence is tested too.
          StringNotEquals: { [`aws:ResourceTag/${tenantMark}`]: boundary.tenant },
          Null: { [`aws:ResourceTag/${tenantMark}`]: "false" },
        },
      },
    ],
  });
}
