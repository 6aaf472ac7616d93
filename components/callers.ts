import { sourceIdentitiesOf } from "../core/grants/source-identity";
import { claimBroker, type TenantBroker } from "./broker";
import { brokerTrust } from "./documents/callers";
import type { TrustStatement } from "./documents/trust";
import type { KnownFederation } from "./federation";
import type { Unwrap } from "@pulumi/pulumi";

/** Who may act as a tool. */
interface Callers {
  readonly tenant: string;
  readonly broker: Unwrap<TenantBroker> | undefined;
}

/** Statements by which others than the tool itself obtain its role; an error names `subject`. */
export function callersOf(
  subject: string,
  { tenant, broker }: Callers,
  home: KnownFederation,
): readonly TrustStatement[] {
  if (broker === undefined) return [];
  const roleArn = claimBroker(subject, tenant, broker, home);
  const { partition, account } = home;
  return [brokerTrust({ partition, account, roleArn }, sourceIdentitiesOf(tenant))];
}
