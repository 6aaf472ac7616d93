import { printArn } from "./arn";
import { taskTagsOnly } from "./session-tags";
import type { TrustStatement } from "./token-trust";

/** A role whose sessions may assume another role, each under a source identity. */
export interface CallerTrust<Arn = string> {
  readonly partition: string;
  readonly account: string;
  /** ARN of the caller's role, path included; or a stand-in for an unknown one. */
  readonly roleArn: Arn;
}

/** A role of a task broker. */
export interface BrokerTrust<Arn = string> extends CallerTrust<Arn> {
  /** Whether its pods assume the role by EKS Pod Identity, with tags in each of its sessions. */
  readonly podIdentity: boolean;
}

/**
 * Statements by which only a tenant's task broker assumes a tool's role for workloads of that tenant.
 *
 * The broker names the workload in each session; a session without that, or for another tenant, is refused. It tags sessions in
 * a statement of its own: a request for `sts:TagSession` has no `sts:SourceIdentity` to test (source: service authorization
 * reference, AWS STS).
 *
 * @param sourceIdentities pattern of the source identities that it may set
 */
export function brokerTrust<Arn = string>(
  broker: BrokerTrust<Arn>,
  sourceIdentities: string,
): readonly TrustStatement<Arn | string>[] {
  return [
    callerTrust(broker, sessionActions, { StringLike: { "sts:SourceIdentity": sourceIdentities } }),
    callerTrust(broker, "sts:TagSession", taskTagsOnly(broker.podIdentity)),
  ];
}

/**
 * Statement by which only one workload of a tenant assumes the role of a tool itself.
 *
 * @param sourceIdentity the source identity that its sessions must have
 */
export function directTrust<Arn = string>(
  caller: CallerTrust<Arn>,
  sourceIdentity: string,
): TrustStatement<Arn | string> {
  return callerTrust(caller, sessionActions, {
    StringEquals: { "sts:SourceIdentity": sourceIdentity },
  });
}

const sessionActions = ["sts:AssumeRole", "sts:SetSourceIdentity"];

/**
 * The account is named as principal and the role in a condition: IAM refuses a principal role that does not exist, and
 * would go on to trust the id of one that is deleted. Source: IAM user guide, AWS JSON policy elements, Principal; global
 * condition keys, aws:PrincipalArn; monitor and control actions taken with assumed roles, sts:SourceIdentity.
 */
function callerTrust<Arn>(
  { partition, account, roleArn }: CallerTrust<Arn>,
  actions: TrustStatement["Action"],
  condition: TrustStatement["Condition"],
): TrustStatement<Arn | string> {
  const root = printArn({ partition, service: "iam", region: "", account, resource: "root" });
  return {
    Effect: "Allow",
    Principal: { AWS: root },
    Action: actions,
    Condition: { ArnEquals: { "aws:PrincipalArn": roleArn }, ...condition },
  };
}
