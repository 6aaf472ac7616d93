import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { argumentError, oneOf, subjectOf } from "./argument-error";
import { Autonomy } from "./choices";
import { permissionsDocument } from "./documents/permissions";
import { serviceAccountTrust } from "./documents/trust";
import { checkFederation, readFederation, type TenantFederation } from "./federation";
import { derive, isPlain, part } from "./known";
import { workloadLabels, type DeclaredKind } from "./labels";
import { roleName, rolePath, safeName, sessionName } from "./naming";
import { checkPermissions, type Permission } from "./permissions";
import { tokenSeconds, workloadPod, type WorkloadPod } from "./pod";
import { readRisk, type Risk } from "./risk";
import { checkSession, readSession } from "./session";
import type { TenantRef } from "./tenant";

/** What every workload is made from. */
export interface WorkloadArgs {
  /** The tenant it belongs to: `tenant.ref` of a `Tenant`. */
  tenant: pulumi.Input<TenantRef>;
  /** Name of the workload within its tenant, and of its ServiceAccount. Default: the resource's name. */
  name?: string;
  /** How it decides what to do next. Default: `supervised`. */
  autonomy?: Autonomy;
  /** What it reads and what it can cause. Default: internal data and no effects. */
  risk?: Risk;
  /** What its role may do in AWS. Default: nothing. */
  permissions?: Permission[];
  /** Longest session of its role, `1h` up to the tenant's maximum. Default: `1h`. */
  session?: string;
}

/** A workload's arguments, checked and with their defaults: the inputs under which the component stands in the stack. */
export interface Declaration {
  readonly kind: DeclaredKind;
  readonly name: string;
  readonly tenant: pulumi.Input<TenantRef>;
  readonly autonomy: Autonomy;
  readonly risk: Risk;
  readonly permissions: readonly Permission[];
  readonly session: string;
}

/** What a workload's component gives to its user. */
export interface Identity {
  readonly namespace: pulumi.Output<string>;
  readonly serviceAccountName: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;
  readonly pod: WorkloadPod;
}

/** Checks a workload's arguments before anything is registered, and fills in their defaults. */
export function declare(kind: DeclaredKind, resourceName: string, args: WorkloadArgs): Declaration {
  const subject = subjectOf(kind, resourceName);
  const declaration: Declaration = {
    kind,
    name: safeName(args.name ?? resourceName),
    tenant: args.tenant,
    autonomy: args.autonomy ?? Autonomy.Supervised,
    risk: readRisk(subject, args.risk),
    permissions: args.permissions ?? [],
    session: args.session ?? "1h",
  };
  oneOf(subject, "autonomy", declaration.autonomy, Autonomy);
  readSession(subject, "session", declaration.session);
  checkPermissions(subject, declaration.permissions);
  checkTenant(subject, declaration);
  return declaration;
}

/** Makes the one ServiceAccount and the one role of a workload. */
export function makeIdentity(
  parent: pulumi.ComponentResource,
  resourceName: string,
  declaration: Declaration,
): Identity {
  const subject = subjectOf(declaration.kind, resourceName);
  const { tenant, name } = declaration;
  const tenantName = part(tenant, (ref) => ref.name);
  const labels = workloadLabels(tenantName, declaration.kind, name);

  const role = new aws.iam.Role(
    resourceName,
    {
      name: derive(tenantName, (known) => roleName(known, name)),
      path: derive(tenantName, rolePath),
      description: `Identity of ${declaration.kind} ${name}`,
      assumeRolePolicy: derive(trustOf(tenant), ({ namespace, federation }) =>
        serviceAccountTrust({
          ...readFederation(subject, federation),
          namespace,
          serviceAccount: name,
        }),
      ),
      permissionsBoundary: part(tenant, (ref) => ref.boundaryArn),
      maxSessionDuration: derive(maxSessionOf(tenant), (maximum) =>
        checkSession(subject, declaration.session, maximum),
      ),
      tags: labels,
    },
    { parent },
  );
  if (declaration.permissions.length > 0) {
    new aws.iam.RolePolicy(
      resourceName,
      {
        name: "permissions",
        role: role.name,
        policy: derive(declaration.permissions, (known) => permissionsDocument(subject, known)),
      },
      { parent },
    );
  }

  const serviceAccount = new kubernetes.core.v1.ServiceAccount(
    resourceName,
    {
      metadata: {
        name,
        namespace: part(tenant, (ref) => ref.madeNamespace ?? ref.namespace),
        labels,
        annotations: {
          "eks.amazonaws.com/role-arn": role.arn,
          // Pods that do not use our volume get the webhook's token, which would last 24 hours.
          "eks.amazonaws.com/token-expiration": String(tokenSeconds),
        },
      },
      automountServiceAccountToken: false,
    },
    { parent },
  );

  return {
    namespace: serviceAccount.metadata.namespace,
    serviceAccountName: serviceAccount.metadata.name,
    roleArn: role.arn,
    roleName: role.name,
    pod: workloadPod({
      labels,
      serviceAccountName: serviceAccount.metadata.name,
      roleArn: role.arn,
      sessionName: sessionName(name),
    }),
  };
}

/** Checks at once what is plain in the tenant; what is an output is checked before the role is made. */
function checkTenant(subject: string, declaration: Declaration): void {
  const { tenant } = declaration;
  if (!isTenantRef(tenant)) {
    throw argumentError(subject, "tenant is no reference to a tenant; give `tenant.ref`");
  }
  const trust = trustOf(tenant);
  if (isPlain(trust)) {
    const { federation } = trust as pulumi.Unwrap<typeof trust>;
    checkFederation(subject, federation);
    readFederation(subject, federation);
  }
  const maximum = maxSessionOf(tenant);
  if (typeof maximum === "string") checkSession(subject, declaration.session, maximum);
}

/** Programs in JavaScript are not held to the type, and a `Tenant` itself has some of its reference's properties. */
function isTenantRef(tenant: unknown): boolean {
  if (typeof tenant !== "object" || tenant === null) return false;
  if (pulumi.Output.isInstance(tenant) || tenant instanceof Promise) return true;
  return ["name", "namespace", "boundaryArn", "federation"].every((key) => key in tenant);
}

function trustOf(tenant: pulumi.Input<TenantRef>): {
  namespace: pulumi.Input<string>;
  federation: pulumi.Input<TenantFederation>;
} {
  return {
    namespace: part(tenant, (ref) => ref.namespace),
    federation: part(tenant, (ref) => ref.federation),
  };
}

function maxSessionOf(tenant: pulumi.Input<TenantRef>): pulumi.Input<string> {
  return part(tenant, (ref) => ref.maxSession ?? "1h");
}
