import { printArn } from "./arn";
import type { TrustStatement } from "./token-trust";

/** A role whose sessions may assume another role, each under a source identity. */
export interface CallerTrust<Arn = string> {
  readonly partition: string;
  readonly account: string;
  /** ARN of the caller's role, path included; or what stands for one that is not known. */
  readonly roleArn: Arn;
}

/**
 * Statement by which a tenant's task broker, and nothing else, obtains a tool's role for workloads of that tenant.
 *
 * The broker says in each session for whom it acts; a session without that, or for another tenant, is refused.
 *
 * @param sourceIdentities pattern of the source identities that it may set
 */
export function brokerTrust<Arn = string>(
  broker: CallerTrust<Arn>,
  sourceIdentities: string,
): TrustStatement<Arn | string> {
  return callerTrust(broker, { StringLike: { "sts:SourceIdentity": sourceIdentities } });
}

/**
 * Statement by which one workload of a tenant, and nothing else, obtains the role of a tool itself.
 *
 * @param sourceIdentity what its sessions have to say it is
 */
export function directTrust<Arn = string>(
  caller: CallerTrust<Arn>,
  sourceIdentity: string,
): TrustStatement<Arn | string> {
  return callerTrust(caller, { StringEquals: { "sts:SourceIdentity": sourceIdentity } });
}

/**
 * The account is named as principal and the role in a condition: IAM refuses a principal role that does not exist, and
 * would go on to trust the id of one that is deleted. Source: IAM user guide, AWS JSON policy elements, Principal; global
 * condition keys, aws:PrincipalArn; monitor and control actions taken with assumed roles, sts:SourceIdentity.
 */
function callerTrust<Arn>(
  { partition, account, roleArn }: CallerTrust<Arn>,
  condition: TrustStatement["Condition"],
): TrustStatement<Arn | string> {
  const root = printArn({ partition, service: "iam", region: "", account, resource: "root" });
  return {
    Effect: "Allow",
    Principal: { AWS: root },
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
    Condition: { ArnEquals: { "aws:PrincipalArn": roleArn }, ...condition },
  };
}
