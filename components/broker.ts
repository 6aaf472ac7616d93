import type * as pulumi from "@pulumi/pulumi";
import { claimForOther } from "./adopt";
import { argumentError } from "./argument-error";
import { checkTypes } from "./argument-types";
import { claim } from "./claimed";
import type { KnownFederation } from "./federation";
import { knownRole } from "./known-arn";
import { workloadPath } from "./naming";

/** The task broker of a tenant: what decides each call of a tool by the grants that workloads declare. */
export interface TenantBroker {
  /**
   * ARN of the IAM role that the broker runs as, in the account of the tenant's roles and not under `/agentid/`. It serves this tenant alone.
   *
   * A text lets a preview judge the trust of tools before anything is made; an output does so once it is known.
   */
  roleArn: pulumi.Input<string>;
}

/**
 * The ARN of a broker's role; throws an error that names `subject` where it is no role of the tenant's account, or the
 * role of a workload.
 *
 * @param home Where the tenant's roles are; undefined while it is not known, so that the account is not compared.
 */
export function readBroker(
  subject: string,
  { roleArn }: pulumi.Unwrap<TenantBroker>,
  home: KnownFederation | undefined,
): string {
  checkTypes(subject, "TenantBroker", { roleArn }, "broker");
  const role = knownRole(roleArn);
  if (role === undefined) {
    throw argumentError(
      subject,
      `broker.roleArn \`${roleArn}\` is no IAM role; give an ARN such as \`arn:aws:iam::111122223333:role/task-broker\``,
    );
  }
  const isAway =
    home !== undefined && (role.account !== home.account || role.partition !== home.partition);
  if (isAway) {
    throw argumentError(
      subject,
      `broker.roleArn \`${roleArn}\` is not of account \`${home.account}\` in partition \`${home.partition}\`, where the tenant's roles are; run the broker there`,
    );
  }
  if (role.path.toLowerCase().startsWith(workloadPath)) {
    throw argumentError(
      subject,
      `broker.roleArn \`${roleArn}\` is under \`${workloadPath}\`, where the roles of workloads are; give the broker a role elsewhere`,
    );
  }
  return roleArn;
}

/** The ARN of a tenant's broker role, read as {@link readBroker} does; throws where it serves another tenant of the stack. */
export function claimBroker(
  subject: string,
  tenant: string,
  broker: pulumi.Unwrap<TenantBroker>,
  home: KnownFederation | undefined,
): string {
  const roleArn = readBroker(subject, broker, home);
  claim(
    subject,
    `tenant ${tenant}`,
    `broker ${roleArn}`,
    `broker.roleArn \`${roleArn}\` is already the broker of another tenant, and could act for both; give each tenant a broker role of its own`,
  );
  claimForOther(subject, "broker.roleArn", roleArn);
  return roleArn;
}
