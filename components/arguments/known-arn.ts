import { iamRole, isAccountId, parseArn, partitions, type Arn, type IamName } from "../../core/arn";

/** Path and name of a role, without the wildcards that a condition on ARNs would read. Source: IAM API, CreateRole. */
const rolePaths = /^\/(?:[A-Za-z0-9+=,.@_/-]+\/)?$/;
const roleNames = /^[A-Za-z0-9+=,.@_-]{1,64}$/;

/** An ARN of one thing in an account: of a partition that there is, without wildcards before the resource; else undefined. */
export function knownArn(text: string): Arn | undefined {
  // The value of an output is not checked by the type.
  if (typeof text !== "string") return undefined;
  const parsed = parseArn(text);
  if (!parsed.ok) return undefined;
  const { partition, service, region, account } = parsed.arn;
  const isOne =
    partitions.includes(partition) &&
    /^[a-z0-9-]+$/.test(service) &&
    /^[a-z0-9-]*$/.test(region) &&
    isAccountId(account);
  return isOne ? parsed.arn : undefined;
}

/** The one role that an ARN names, without wildcards; else undefined. */
export function knownRole(text: string): IamName | undefined {
  const arn = knownArn(text);
  const role = arn === undefined ? undefined : iamRole(arn);
  const isOne =
    role !== undefined &&
    arn?.region === "" &&
    rolePaths.test(role.path) &&
    roleNames.test(role.name);
  return isOne ? role : undefined;
}
