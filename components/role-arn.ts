import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { parseArn, printRoleArn } from "../core/arn";
import { roleOf } from "./adopt";
import { foretold } from "./foretold";
import { derive, part } from "./known";
import type { Declaration } from "./workload";

/**
 * ARN of a workload's role, told in a preview already where the role's boundary is known.
 *
 * IAM takes no boundary of another account, so that it tells the role's; the policy pack knows roles by it as well.
 * Source: IAM API, CreateRole, `PermissionsBoundary`.
 */
export function roleArnOf(declaration: Declaration, role: aws.iam.Role): pulumi.Output<string> {
  const tenant = part(declaration.tenant, (ref) => ref.name);
  const boundaryArn = part(declaration.tenant, (ref) => ref.boundaryArn);
  const expected = derive({ tenant, boundaryArn }, (known) => {
    const boundary = parseArn(known.boundaryArn);
    if (!boundary.ok) return undefined;
    const { partition, account } = boundary.arn;
    return printRoleArn({ partition, account, ...roleOf(declaration, known.tenant) });
  });
  return foretold(role, role.arn, expected);
}
