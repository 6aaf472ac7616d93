import * as aws from "@pulumi/aws";
import type * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  accountOf,
  accountOptions,
  pathOf,
  policyName,
  roleOf,
  roleOptions,
} from "../arguments/adopt";
import { awsServices, withVariables, type AwsServices } from "./aws-services";
import { subjectOf } from "../arguments/argument-error";
import { federationKind, federations } from "../federations/all-federations";
import { apiAudienceOf, bindAccount, openEgress } from "./kubernetes-access";
import { derive, part, whenKnown } from "../arguments/known";
import { workloadLabels } from "../arguments/labels";
import { sessionName } from "../arguments/naming";
import { makeOauth2Providers } from "./oauth2-providers";
import { outboundVariables, readOutbound } from "./outbound";
import { kubernetesFor } from "../arguments/kubernetes-sdk";
import { workloadPod, type WorkloadPod } from "../kubernetes/pod";
import type { DeclaredGrant } from "../grants/grants";
import { register, type Making } from "./registrations";
import { rolePolicy } from "./role-policy";
import { checkSession } from "../arguments/session";
import { maxSessionOf, trustingOf, trustOf, type Declaration } from "./workload";
import { parseArn, printRoleArn } from "../../core/arn";
import { predicted } from "../arguments/predicted";

/** What a workload's component gives to its user. */
export interface Identity extends AwsServices {
  readonly namespace: pulumi.Output<string>;
  readonly serviceAccountName: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;
  readonly pod: WorkloadPod;
  /** Only of a workload that certificates prove. */
  readonly profileArn?: pulumi.Output<string>;
}

/** Makes the one role of a workload and, in Kubernetes, its one ServiceAccount. */
export function makeIdentity(
  parent: pulumi.ComponentResource,
  resourceName: string,
  declaration: Declaration,
  grants: readonly pulumi.Input<DeclaredGrant>[] = [],
): Identity {
  const { tenant, name } = declaration;
  const subject = subjectOf(declaration.kind, resourceName);
  const tenantName = part(tenant, (ref) => ref.name);
  const making: Making = {
    parent,
    resourceName,
    subject,
    declaration,
    labels: workloadLabels(tenantName, declaration.kind, name),
    kind: federationKind(subject, declaration.provenBy),
  };
  const role = makeRole(making);
  makeRolePolicy(making, role, grants);
  const roleArn = roleArnOf(declaration, role);
  const account =
    declaration.subject === undefined ? makeServiceAccount(making, roleArn) : undefined;
  if (account !== undefined) {
    bindAccount(making, account);
    openEgress(making, account.metadata.namespace);
  }
  const serviceAccountName = account?.metadata.name ?? pulumi.output("");
  const { profileArn, workloadIdentity } = register(making, role);
  const oauth2Variables =
    workloadIdentity === undefined ? {} : makeOauth2Providers(making, role, workloadIdentity);
  return {
    namespace: account?.metadata.namespace ?? pulumi.output(""),
    serviceAccountName,
    roleArn,
    roleName: role.name,
    pod: workloadPod({
      federation: making.kind,
      labels: making.labels,
      serviceAccountName,
      roleArn,
      sessionName: sessionName(name),
      apiAudience: apiAudienceOf(making),
      brokerIssuer: part(tenant, ({ broker }) =>
        broker === undefined ? undefined : part(broker, ({ issuer }) => issuer),
      ),
      variables:
        declaration.outbound === undefined
          ? []
          : outboundVariables(readOutbound(subject, declaration.outbound)),
    }),
    ...withVariables(
      awsServices({
        called: subject,
        tenant: tenantName,
        name,
        subject: declaration.subject,
        roleArn,
        workloadIdentityName: workloadIdentity?.name,
        tags: making.labels,
      }),
      oauth2Variables,
    ),
    ...(profileArn !== undefined && { profileArn }),
  };
}

function makeRole({ parent, resourceName, subject, declaration, labels }: Making): aws.iam.Role {
  const { tenant, name } = declaration;
  const tenantName = part(tenant, (ref) => ref.name);
  const role = new aws.iam.Role(
    resourceName,
    {
      name: derive(tenantName, (known) => roleOf(declaration, known).name),
      path: derive(tenantName, (known) => pathOf(declaration, known)),
      description: `Identity of ${declaration.kind} ${name}`,
      assumeRolePolicy: derive(trustingOf(declaration), (known) =>
        trustOf(subject, declaration, known),
      ),
      permissionsBoundary: part(tenant, (ref) => ref.boundaryArn),
      maxSessionDuration: derive(maxSessionOf(tenant), (maximum) =>
        checkSession(subject, declaration.session, maximum),
      ),
      tags: labels,
    },
    { parent, ...roleOptions(declaration) },
  );
  return role;
}

/** Gives a role what it may do, where that is anything. */
function makeRolePolicy(
  { parent, resourceName, subject, declaration }: Making,
  role: aws.iam.Role,
  grants: readonly pulumi.Input<DeclaredGrant>[],
): void {
  const { document, parts } = rolePolicy(subject, declaration, grants);
  whenKnown(parts, (count) => {
    if (count === 0) return;
    new aws.iam.RolePolicy(
      resourceName,
      { name: policyName(declaration, "permissions"), role: role.name, policy: document },
      { parent },
    );
  });
}

function makeServiceAccount(
  { parent, resourceName, subject, declaration, labels, kind }: Making,
  roleArn: pulumi.Output<string>,
): kubernetes.core.v1.ServiceAccount {
  const kubernetes = kubernetesFor(subject);
  const { tenant } = declaration;
  const annotations =
    typeof kind === "string"
      ? federations[kind].annotations?.(roleArn)
      : derive(kind, (known) => federations[known].annotations?.(roleArn) ?? {});
  return new kubernetes.core.v1.ServiceAccount(
    resourceName,
    {
      metadata: {
        name: accountOf(declaration),
        namespace: part(tenant, (ref) => ref.madeNamespace ?? ref.namespace),
        labels,
        ...(annotations !== undefined && { annotations }),
      },
      automountServiceAccountToken: false,
    },
    { parent, ...accountOptions(subject, declaration, trustingOf(declaration).namespace) },
  );
}

/**
 * ARN of a workload's role, known in a preview already where the role's boundary is known.
 *
 * IAM accepts no boundary of another account, so it shows the role's; the policy pack identifies roles by it as well. Source:
 * IAM API, CreateRole, `PermissionsBoundary`.
 */
function roleArnOf(declaration: Declaration, role: aws.iam.Role): pulumi.Output<string> {
  const tenant = part(declaration.tenant, (ref) => ref.name);
  const boundaryArn = part(declaration.tenant, (ref) => ref.boundaryArn);
  const expected = derive({ tenant, boundaryArn }, (known) => {
    const boundary = parseArn(known.boundaryArn);
    if (!boundary.ok) return undefined;
    const { partition, account } = boundary.arn;
    return printRoleArn({ partition, account, ...roleOf(declaration, known.tenant) });
  });
  return predicted(role, role.arn, expected);
}
