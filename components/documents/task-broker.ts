import { printRoleArn } from "../../core/arn";
import { taskBrokerStatements } from "../../core/workload-policies";
import { rolePath } from "../arguments/naming";

/** The tenant that a broker serves, and where its roles are. */
export interface Served {
  readonly tenant: string;
  readonly partition: string;
  readonly account: string;
  /** Whether the broker's pods assume its role by EKS Pod Identity. */
  readonly podIdentity: boolean;
}

/** Policy of a broker's role: it may assume the roles of its tenant's workloads, of which the tools' alone trust it. */
export function brokerPolicy({ tenant, partition, account, podIdentity }: Served): string {
  const roles = printRoleArn({ partition, account, path: rolePath(tenant), name: "*" });
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: taskBrokerStatements(roles, podIdentity),
  });
}
