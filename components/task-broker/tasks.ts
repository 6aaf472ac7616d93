import type * as pulumi from "@pulumi/pulumi";
import { tenantMark } from "../../core/marks";
import type { Validation } from "../documents/validation";
import { kubernetesFor } from "../arguments/kubernetes-sdk";
import { predicted } from "../arguments/predicted";
import { accountValidations, bindingValidations } from "../documents/task-broker";
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

/** What a broker does with the accounts of tasks: it makes one for a task, hands out its tokens, and finds and deletes it. */
const taskRules = [
  { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["create", "delete", "list"] },
  { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] },
];

/** Makes the namespace of the accounts of tasks, in which nothing runs, and allows only the broker to make accounts there. */
export function makeTasks(making: BrokerMaking): pulumi.Output<string> {
  const { parent, resourceName, subject, declaration, account } = making;
  const kubernetes = kubernetesFor(subject);
  const name = `${resourceName}-tasks`;
  const labels = { [tenantMark]: declaration.tenant };
  const namespace = new kubernetes.core.v1.Namespace(
    name,
    {
      metadata: {
        name: declaration.tasksNamespace,
        labels: {
          ...labels,
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
    },
    { parent },
  );
  const inside = { namespace: namespace.metadata.name, labels };
  new kubernetes.core.v1.ResourceQuota(
    name,
    { metadata: { name: "agentid-quota", ...inside }, spec: { hard: { pods: "0" } } },
    { parent },
  );
  const metadata = { name: declaration.name, ...inside };
  const role = new kubernetes.rbac.v1.Role(name, { metadata, rules: taskRules }, { parent });
  new kubernetes.rbac.v1.RoleBinding(
    name,
    {
      metadata,
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "Role",
        name: role.metadata.name,
      },
      subjects: [{ kind: "ServiceAccount", ...account }],
    },
    { parent },
  );
  return predicted(namespace, namespace.metadata.name, declaration.tasksNamespace);
}

/** Has the API server refuse every request of a broker that is not of a task, in every namespace. */
export function admitTasks(making: BrokerMaking): void {
  const { tasksNamespace } = making.declaration;
  admit(making, "bindings", bindingValidations(tasksNamespace), {
    apiGroups: ["rbac.authorization.k8s.io"],
    apiVersions: ["v1"],
    operations: ["CREATE", "UPDATE", "DELETE"],
    resources: ["rolebindings"],
  });
  admit(making, "accounts", accountValidations(tasksNamespace), {
    apiGroups: [""],
    apiVersions: ["v1"],
    operations: ["CREATE", "UPDATE", "DELETE"],
    resources: ["serviceaccounts", "serviceaccounts/token"],
  });
}

/** A policy for requests of the broker alone, so that those of others never wait for it. */
function admit(
  { parent, resourceName, subject, declaration }: BrokerMaking,
  what: string,
  validations: readonly Validation[],
  rule: {
    readonly apiGroups: string[];
    readonly apiVersions: string[];
    readonly operations: string[];
    readonly resources: string[];
  },
): void {
  const kubernetes = kubernetesFor(subject);
  const { tenant, namespace, name } = declaration;
  const metadata = {
    name: `agentid-${tenant}-task-${what}`,
    labels: { [tenantMark]: tenant },
  };
  const policy = new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicy(
    `${resourceName}-${what}`,
    {
      metadata,
      spec: {
        failurePolicy: "Fail",
        matchConstraints: { resourceRules: [rule] },
        matchConditions: [
          {
            name: "task-broker",
            expression: `request.userInfo.username == 'system:serviceaccount:${namespace}:${name}'`,
          },
        ],
        validations: validations.map(({ expression, message }) => ({ expression, message })),
      },
    },
    { parent },
  );
  new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
    `${resourceName}-${what}`,
    { metadata, spec: { policyName: policy.metadata.name, validationActions: ["Deny"] } },
    { parent },
  );
}
