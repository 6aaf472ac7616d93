import { tenantMark } from "../../core/marks";
import type { Validation } from "./validation";

/** Label of all that a broker makes in a cluster for a task: the identifier of the task. */
const taskLabel = "agentid/txn";

/** How the names start of all that a broker makes in a cluster for a task. */
const taskPrefix = "task-";

/** Lifetime of a task's token in seconds, the shortest that the API server gives. */
const taskTokenSeconds = 600;

const isDelete = "request.operation == 'DELETE'";
const isToken = "has(request.subResource) && request.subResource == 'token'";

/**
 * What a broker may make of RoleBindings: one for the account of each task.
 *
 * RBAC restricts it to the Roles of tools. It could still bind these to itself or to everyone, and delete other bindings.
 * Source: kubernetes.io, RBAC, restrictions on role binding creation; validating admission policy.
 */
function bindingValidations(tasksNamespace: string): Validation[] {
  return [
    {
      expression: `(${isDelete} ? oldObject : object).metadata.name.startsWith('${taskPrefix}')`,
      message: `the task broker makes and deletes bindings named \`${taskPrefix}…\` alone`,
    },
    {
      expression: `${isDelete} || (has(object.subjects) && object.subjects.size() == 1 && object.subjects.all(s, s.kind == 'ServiceAccount' && s.namespace == '${tasksNamespace}' && s.name == object.metadata.name))`,
      message: `the only subject of a task's binding is the ServiceAccount of the same name in \`${tasksNamespace}\``,
    },
    {
      expression: `${isDelete} || object.roleRef.kind == 'Role'`,
      message: "a task's binding gives a Role",
    },
    {
      expression: `${isDelete} || (has(object.metadata.labels) && '${taskLabel}' in object.metadata.labels)`,
      message: `a task's binding has the label \`${taskLabel}\``,
    },
  ];
}

/** What a broker may make of ServiceAccounts: one for each task, and short tokens of those alone. */
function accountValidations(tasksNamespace: string): Validation[] {
  return [
    {
      expression: `request.namespace == '${tasksNamespace}'`,
      message: `the task broker makes accounts and tokens in \`${tasksNamespace}\` alone`,
    },
    {
      expression: `(${isToken} ? request.name : (${isDelete} ? oldObject : object).metadata.name).startsWith('${taskPrefix}')`,
      message: `the task broker makes, deletes and uses accounts named \`${taskPrefix}…\` alone`,
    },
    {
      expression: `!(${isToken}) || object.spec.expirationSeconds <= ${taskTokenSeconds}`,
      message: `a task's token lasts ${taskTokenSeconds} seconds at most`,
    },
  ];
}

/** Which broker the API server restricts to tasks. */
export interface Admitted {
  readonly tenant: string;
  /** Namespace and name of its ServiceAccount. */
  readonly namespace: string;
  readonly name: string;
  readonly tasksNamespace: string;
}

/** Policies by which the API server refuses every request of a broker that is not of a task, in every namespace. */
export function taskAdmissions({ tenant, namespace, name, tasksNamespace }: Admitted) {
  const operations = ["CREATE", "UPDATE", "DELETE"];
  const admissions = [
    {
      what: "bindings",
      rule: {
        apiGroups: ["rbac.authorization.k8s.io"],
        apiVersions: ["v1"],
        operations,
        resources: ["rolebindings"],
      },
      validations: bindingValidations(tasksNamespace),
    },
    {
      what: "accounts",
      rule: {
        apiGroups: [""],
        apiVersions: ["v1"],
        operations,
        resources: ["serviceaccounts", "serviceaccounts/token"],
      },
      validations: accountValidations(tasksNamespace),
    },
  ];
  return admissions.map(({ what, rule, validations }) => {
    const metadata = {
      name: `agentid-${tenant}-task-${what}`,
      labels: { [tenantMark]: tenant },
    };
    return {
      what,
      policy: {
        apiVersion: "admissionregistration.k8s.io/v1" as const,
        kind: "ValidatingAdmissionPolicy" as const,
        metadata,
        spec: {
          failurePolicy: "Fail",
          matchConstraints: { resourceRules: [rule] },
          // For requests of the broker alone, so that those of others never wait for it.
          matchConditions: [
            {
              name: "task-broker",
              expression: `request.userInfo.username == 'system:serviceaccount:${namespace}:${name}'`,
            },
          ],
          validations: validations.map(({ expression, message }) => ({ expression, message })),
        },
      },
      binding: {
        apiVersion: "admissionregistration.k8s.io/v1" as const,
        kind: "ValidatingAdmissionPolicyBinding" as const,
        metadata,
        spec: { policyName: metadata.name, validationActions: ["Deny"] },
      },
    };
  });
}
