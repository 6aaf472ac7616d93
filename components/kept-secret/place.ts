import type * as pulumi from "@pulumi/pulumi";
import { printRoleArn } from "../../core/arn";
import { sourceIdentitiesOf } from "../../core/grants/source-identity";
import { roleOf } from "../adopt";
import { readFederation } from "../federation";
import { derive, part } from "../known";
import type { Declaration } from "../workload";

/** Where a workload's secret is read, and by whom; all of it is known before anything is made. */
export interface KeptPlace {
  readonly partition: string;
  readonly account: string;
  readonly tenant: string;
  /** ARN of the workload's role. */
  readonly roleArn: string;
  /** Pattern of the source identities under which the tenant's broker obtains the role; none without a broker. */
  readonly brokered: string | undefined;
}

/** Where a workload's secret is read: at once where its tenant is plain. */
export function placeOf(
  subject: string,
  declaration: Declaration,
): pulumi.Output<KeptPlace> | KeptPlace {
  const { provenBy: federation } = declaration;
  const tenant = part(declaration.tenant, (ref) => ref.name);
  // A broker obtains the roles of tools alone.
  const hasBroker =
    declaration.kind === "tool" && part(declaration.tenant, (ref) => ref.broker !== undefined);
  return derive({ federation, tenant, hasBroker }, (known) => {
    const { partition, account } = readFederation(subject, known.federation);
    const role = roleOf(declaration, known.tenant);
    return {
      partition,
      account,
      tenant: known.tenant,
      roleArn: printRoleArn({ partition, account, ...role }),
      brokered: known.hasBroker ? sourceIdentitiesOf(known.tenant) : undefined,
    };
  });
}
