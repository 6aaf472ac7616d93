import type * as pulumi from "@pulumi/pulumi";
import { kubernetesFor } from "../arguments/kubernetes-sdk";
import { predicted } from "../arguments/predicted";
import { taskAdmissions } from "../manifests/admission";
import {
  bindingOf,
  namespaceOf,
  noPods,
  roleOf,
  taskRules,
  tenantLabels,
} from "../manifests/objects";
import type { TaskBrokerDeclaration } from "./arguments";

/** What a task broker's children are made from. */
export interface BrokerMaking {
  readonly parent: pulumi.ComponentResource;
  readonly resourceName: string;
  /** How errors name the broker. */
  readonly subject: string;
  readonly declaration: TaskBrokerDeclaration;
  /** The broker's ServiceAccount. */
  readonly account: {
    readonly namespace: pulumi.Input<string>;
    readonly name: pulumi.Input<string>;
  };
}

/** Makes the namespace of the accounts of tasks, in which nothing runs, and allows only the broker to make accounts there. */
export function makeTasks(making: BrokerMaking): pulumi.Output<string> {
  const { parent, resourceName, subject, declaration, account } = making;
  const kubernetes = kubernetesFor(subject);
  const name = `${resourceName}-tasks`;
  const labels = tenantLabels(declaration.tenant);
  const namespace = new kubernetes.core.v1.Namespace(
    name,
    namespaceOf(declaration.tenant, declaration.tasksNamespace),
    { parent },
  );
  const inside = { namespace: namespace.metadata.name, labels };
  new kubernetes.core.v1.ResourceQuota(name, noPods(inside), { parent });
  const metadata = { name: declaration.name, ...inside };
  const role = new kubernetes.rbac.v1.Role(name, roleOf(metadata, taskRules), { parent });
  new kubernetes.rbac.v1.RoleBinding(name, bindingOf(metadata, role.metadata.name, account), {
    parent,
  });
  return predicted(namespace, namespace.metadata.name, declaration.tasksNamespace);
}

/** Has the API server refuse every request of a broker that is not of a task, in every namespace. */
export function admitTasks({ parent, resourceName, subject, declaration }: BrokerMaking): void {
  const { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } =
    kubernetesFor(subject).admissionregistration.v1;
  for (const { what, policy, binding } of taskAdmissions(declaration)) {
    const name = `${resourceName}-${what}`;
    const made = new ValidatingAdmissionPolicy(name, policy, { parent });
    const spec = { ...binding.spec, policyName: made.metadata.name };
    new ValidatingAdmissionPolicyBinding(name, { ...binding, spec }, { parent });
  }
}
