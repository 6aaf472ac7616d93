import type * as pulumi from "@pulumi/pulumi";
import { readApiServer, type ApiServer } from "../kubernetes/api-server";
import { argumentError } from "../arguments/argument-error";
import type { EgressRule } from "../kubernetes/egress";
import type { KubernetesPermission } from "../kubernetes/permissions";
import { part } from "../arguments/known";
import { readOutbound, type Outbound } from "./outbound";
import type { WorkloadSubject } from "../federations/all-federations";
import type { TenantRef } from "../tenant/tenant";

/** A tenant's settings for the egress of its pods. */
export interface Fence {
  readonly apiServer: ApiServer;
  /** Whether network policies keep pods from all that none of them allows. */
  readonly isolated: boolean;
}

/** What a workload needs to send to. */
interface Sender {
  readonly subject?: WorkloadSubject;
  readonly kubernetesPermissions?: readonly KubernetesPermission[];
  readonly outbound?: Outbound;
}

/** A tenant's settings for the egress of its pods. */
export function fenceOf(tenant: pulumi.Input<TenantRef>): {
  readonly [key in keyof Fence]: pulumi.Input<Fence[key]>;
} {
  return {
    apiServer: part(tenant, (ref) => ref.apiServer ?? {}),
    isolated: part(tenant, (ref) => ref.isolated ?? false),
  };
}

/** Where a workload's own pods may send to, beside where all of its tenant may; throws where they could not do their work. */
export function egressOf(subject: string, sender: Sender, fence: Fence): readonly EgressRule[] {
  return [...toApiServer(subject, sender, fence), ...toProvider(subject, sender, fence)];
}

function toApiServer(
  subject: string,
  { subject: outside, kubernetesPermissions }: Sender,
  { apiServer, isolated }: Fence,
): readonly EgressRule[] {
  if (kubernetesPermissions === undefined) return [];
  if (outside !== undefined) {
    throw argumentError(
      subject,
      "kubernetesPermissions are set, but a workload with a `subject` has no ServiceAccount that could have them; leave one of the two out",
    );
  }
  const { egress } = readApiServer(subject, apiServer);
  if (!isolated) return [];
  if (egress.length === 0) {
    throw argumentError(
      subject,
      "kubernetesPermissions are set, but the tenant's network policy allows no pod to call the API server; give the tenant `apiServer.cidrs`, the addresses behind the Service `kubernetes`",
    );
  }
  return egress;
}

function toProvider(
  subject: string,
  { subject: outside, outbound }: Sender,
  { isolated }: Fence,
): readonly EgressRule[] {
  if (outbound === undefined) return [];
  const { egress } = readOutbound(subject, outbound);
  if (outside !== undefined && egress.length > 0) {
    throw argumentError(
      subject,
      "outbound.egress is set, but the workload runs outside Kubernetes, without NetworkPolicies; leave it out",
    );
  }
  if (outside !== undefined || !isolated) return [];
  if (egress.length === 0) {
    throw argumentError(
      subject,
      "outbound is set, but the tenant's network policy allows no pod to call the provider; give `outbound.egress`, its addresses or those of a proxy that resolves names",
    );
  }
  return egress;
}
