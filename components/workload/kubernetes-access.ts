import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { readApiServer } from "../kubernetes/api-server";
import { bindRole } from "../kubernetes/bound-role";
import { kubernetesRules } from "../kubernetes/permissions";
import { kubernetesFor } from "../arguments/kubernetes-sdk";
import { derive, part, whenKnown } from "../arguments/known";
import { objectName } from "../arguments/naming";
import type { Making } from "./registrations";
import { egressOf, fenceOf, type Fence } from "./egress";

/** Allows only a workload's ServiceAccount its permissions in its namespace. */
export function bindAccount(making: Making, account: kubernetes.core.v1.ServiceAccount): void {
  const { parent, resourceName, subject, declaration } = making;
  const { kubernetesPermissions } = declaration;
  if (kubernetesPermissions === undefined) return;
  const { name, namespace } = account.metadata;
  const metadata = metadataOf(making, namespace);
  const rules = derive(kubernetesPermissions, (known) => kubernetesRules(subject, known));
  bindRole(parent, resourceName, {
    subject,
    metadata,
    rules,
    account: { namespace, name },
  });
}

/** Allows the pods of a workload, selected by its labels, to send to its own destinations, if any. */
export function openEgress(making: Making, namespace: pulumi.Input<string>): void {
  const { parent, resourceName, subject, declaration, labels } = making;
  const egress = derive(fenceOf(declaration.tenant), (fence) =>
    egressOf(subject, declaration, fence as Fence),
  );
  whenKnown(egress, (rules) => {
    if (rules.length === 0) return;
    const kubernetes = kubernetesFor(subject);
    new kubernetes.networking.v1.NetworkPolicy(
      resourceName,
      {
        metadata: metadataOf(making, namespace),
        spec: {
          podSelector: { matchLabels: labels },
          policyTypes: ["Egress"],
          egress: [...rules],
        },
      },
      { parent },
    );
  });
}

/** Audience of the token by which a workload's pods use the Kubernetes API; none where they may do nothing there. */
export function apiAudienceOf({ subject, declaration }: Making): pulumi.Input<string> | undefined {
  if (declaration.kubernetesPermissions === undefined) return undefined;
  const { apiServer } = fenceOf(declaration.tenant);
  return derive(apiServer, (known) => readApiServer(subject, known).audience);
}

function metadataOf(
  { declaration, labels }: Making,
  namespace: pulumi.Input<string>,
): {
  readonly name: pulumi.Input<string>;
  readonly namespace: pulumi.Input<string>;
  readonly labels: Making["labels"];
} {
  const tenant = part(declaration.tenant, (ref) => ref.name);
  const name = derive(tenant, (known) => objectName(known, declaration.name));
  return { name, namespace, labels };
}
