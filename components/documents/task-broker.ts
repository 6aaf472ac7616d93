import { printRoleArn } from "../../core/arn";
import { taskBrokerStatements } from "../../core/workload-policies";
import { rolePath } from "../arguments/naming";
import type { Validation } from "./validation";

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
export function bindingValidations(tasksNamespace: string): Validation[] {
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
export function accountValidations(tasksNamespace: string): Validation[] {
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
