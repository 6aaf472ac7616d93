import type * as pulumi from "@pulumi/pulumi";
import { printRoleArn } from "../../core/arn";
import { sourceIdentitiesOf } from "../../core/grants/source-identity";
import { readFederation } from "../federation";
import { derive, part } from "../known";
import { roleName, rolePath } from "../naming";
import { trustingOf, type Declaration } from "../workload";

/** Where a tool's key is read, by whom, and where it is kept; all of it is known before anything is made. */
export interface LegacyPlace {
  readonly partition: string;
  readonly account: string;
  /** ARN of the tool's role. */
  readonly roleArn: string;
  /** Name of a secret that is made for the tool. */
  readonly secretName: string;
  /** Pattern of the source identities under which the tenant's broker obtains the role; none without a broker. */
  readonly brokered: string | undefined;
}

/** Where a tool's key is read and kept: at once where its tenant is plain. */
export function placeOf(
  subject: string,
  declaration: Declaration,
): pulumi.Output<LegacyPlace> | LegacyPlace {
  const { federation, tenant } = trustingOf(declaration);
  const hasBroker = part(declaration.tenant, (ref) => ref.broker !== undefined);
  return derive({ federation, tenant, hasBroker }, (known) => {
    const { partition, account } = readFederation(subject, known.federation);
    const role = { path: rolePath(known.tenant), name: roleName(known.tenant, declaration.name) };
    return {
      partition,
      account,
      roleArn: printRoleArn({ partition, account, ...role }),
      secretName: madeSecretName(known.tenant, declaration.name),
      brokered: known.hasBroker ? sourceIdentitiesOf(known.tenant) : undefined,
    };
  });
}

/** Name of a secret that is made for a tool. */
export function madeSecretName(tenant: string, tool: string): string {
  return `agentid/${tenant}/${tool}`;
}
