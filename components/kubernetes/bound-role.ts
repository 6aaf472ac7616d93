import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { kubernetesFor } from "../arguments/kubernetes-sdk";
import { bindingOf } from "../manifests/objects";

/** A Role to make, and the only ServiceAccount that it is bound to. */
export interface BoundRole {
  /** How errors name the component. */
  readonly subject: string;
  readonly metadata: kubernetes.types.input.meta.v1.ObjectMeta;
  readonly rules: kubernetes.rbac.v1.RoleArgs["rules"];
  readonly account: {
    readonly namespace: pulumi.Input<string>;
    readonly name: pulumi.Input<string>;
  };
}

/** Makes a Role, and the RoleBinding that binds it only to one ServiceAccount; returns the binding. */
export function bindRole(
  parent: pulumi.Resource,
  resourceName: string,
  { subject, metadata, rules, account }: BoundRole,
): kubernetes.rbac.v1.RoleBinding {
  const kubernetes = kubernetesFor(subject);
  const role = new kubernetes.rbac.v1.Role(
    resourceName,
    { metadata, ...(rules !== undefined && { rules }) },
    { parent },
  );
  return new kubernetes.rbac.v1.RoleBinding(
    resourceName,
    bindingOf(metadata, role.metadata.name, account),
    { parent },
  );
}
