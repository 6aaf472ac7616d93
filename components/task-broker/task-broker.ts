import * as aws from "@pulumi/aws";
import type * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { printRoleArn } from "../../core/arn";
import { tenantMark } from "../../core/marks";
import { subjectOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { kubernetesFor } from "../arguments/kubernetes-sdk";
import type { TenantBroker } from "../tenant/broker";
import { brokerPolicy } from "../documents/task-broker";
import { accountOf, namespaceOf, tenantLabels } from "../manifests/objects";
import { federations, kindIn } from "../federations/all-federations";
import { predicted } from "../arguments/predicted";
import { derive } from "../arguments/known";
import { brokerPath, roleName } from "../arguments/naming";
import {
  brokerTrust,
  declareTaskBroker,
  fromBrokerFederation,
  type TaskBrokerArgs,
  type TaskBrokerDeclaration,
} from "./arguments";
import { admitTasks, makeTasks } from "./tasks";

/**
 * The identity and the namespaces of a tenant's task broker, which decides each call of the tenant's tools.
 *
 * It is made before the tenant, whose tools trust its role. A `TaskBrokerDeployment` runs it, with the grants of agents.
 */
export class TaskBroker extends pulumi.ComponentResource {
  /** ARN of the broker's role. */
  public readonly roleArn: pulumi.Output<string>;
  /** Name of the broker's own namespace. */
  public readonly namespace: pulumi.Output<string>;
  /** Name of the broker's ServiceAccount. */
  public readonly serviceAccountName: pulumi.Output<string>;
  /** Name of the namespace of the ServiceAccounts of tasks. */
  public readonly tasksNamespace: pulumi.Output<string>;
  /** The broker as its `Tenant` takes it, as `broker`; a `TaskBrokerDeployment` takes it as well. */
  public readonly ref: TenantBroker;

  /**
   * Makes a task broker's identity.
   *
   * @param name Name of the resource; also the broker's unless `args.name` is set.
   * @param args What the broker is made from.
   * @param opts Options; its providers are used for everything in it.
   */
  constructor(name: string, args: TaskBrokerArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = subjectOf("task broker", name);
    checkTypes(subject, "TaskBroker", args);
    const declaration = declareTaskBroker(name, args);
    super("agentid:index:TaskBroker", name, { ...declaration }, opts);

    const kubernetes = kubernetesFor(subject);
    const { tenant } = declaration;
    const namespace = new kubernetes.core.v1.Namespace(
      name,
      namespaceOf(tenant, declaration.namespace),
      { parent: this },
    );
    const role = makeRole(this, name, subject, declaration);
    const roleArn = predicted(
      role,
      role.arn,
      fromBrokerFederation(subject, declaration, ({ partition, account }) =>
        printRoleArn({
          partition,
          account,
          path: brokerPath,
          name: roleName(tenant, declaration.name),
        }),
      ),
    );
    const account = makeAccount(this, name, subject, declaration, namespace, roleArn);
    // An annotation that is not known makes all of an account's metadata unknown.
    const accountName = predicted(account, account.metadata.name, declaration.name);
    const namespaceName = predicted(namespace, namespace.metadata.name, declaration.namespace);
    const making = {
      parent: this,
      resourceName: name,
      subject,
      declaration,
      account: { namespace: namespaceName, name: accountName },
    };
    const tasksNamespace = makeTasks(making);
    admitTasks(making);

    this.roleArn = roleArn;
    this.namespace = namespaceName;
    this.serviceAccountName = accountName;
    this.tasksNamespace = tasksNamespace;
    const kind = kindIn(subject, declaration.federation);
    this.ref = {
      roleArn,
      issuer: declaration.issuer,
      ...(federations[kind].tagsSessions && { podIdentity: true }),
      place: {
        tenant,
        name: declaration.name,
        roleName: role.name,
        namespace: this.namespace,
        serviceAccountName: this.serviceAccountName,
        tasksNamespace,
        federation: kind,
        ...(declaration.mtls !== undefined && { mtls: declaration.mtls }),
      },
    };
    this.registerOutputs({
      roleArn: this.roleArn,
      namespace: this.namespace,
      serviceAccountName: this.serviceAccountName,
      tasksNamespace: this.tasksNamespace,
      ref: this.ref,
    });
  }
}

function makeRole(
  parent: TaskBroker,
  resourceName: string,
  subject: string,
  declaration: TaskBrokerDeclaration,
): aws.iam.Role {
  const { tenant, name } = declaration;
  const role = new aws.iam.Role(
    resourceName,
    {
      name: roleName(tenant, name),
      // Not under the path of workloads: the broker could assume its own role otherwise.
      path: brokerPath,
      description: `Identity of the task broker of tenant ${tenant}`,
      assumeRolePolicy: derive(declaration.federation, (known) =>
        brokerTrust(subject, declaration, known),
      ),
      maxSessionDuration: 3600,
      tags: { [tenantMark]: tenant },
    },
    { parent },
  );
  new aws.iam.RolePolicy(
    resourceName,
    {
      name: "tools",
      role: role.name,
      policy: fromBrokerFederation(subject, declaration, ({ kind, partition, account }) =>
        brokerPolicy({
          tenant,
          partition,
          account,
          podIdentity: federations[kind].tagsSessions === true,
        }),
      ),
    },
    { parent },
  );
  return role;
}

function makeAccount(
  parent: TaskBroker,
  resourceName: string,
  subject: string,
  declaration: TaskBrokerDeclaration,
  namespace: kubernetes.core.v1.Namespace,
  roleArn: pulumi.Output<string>,
): kubernetes.core.v1.ServiceAccount {
  const kubernetes = kubernetesFor(subject);
  const { tenant, name } = declaration;
  const federation = federations[kindIn(subject, declaration.federation)];
  const labels = tenantLabels(tenant);
  const annotations = federation.annotations?.(roleArn);
  const account = new kubernetes.core.v1.ServiceAccount(
    resourceName,
    accountOf({ name, namespace: namespace.metadata.name, labels }, annotations),
    { parent },
  );
  federation.register?.({
    parent,
    resourceName,
    subject,
    tenant,
    name,
    namespace: declaration.namespace,
    serviceAccount: name,
    labels,
    roleArn,
    given: undefined,
    from: (take) => fromBrokerFederation(subject, declaration, take),
  });
  return account;
}
