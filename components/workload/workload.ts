import * as pulumi from "@pulumi/pulumi";
import {
  accountOf,
  accountOptions,
  checkAdopt,
  checkNoCallers,
  claimRole,
  type Adopt,
} from "../arguments/adopt";
import { argumentError, oneOf, subjectOf } from "../arguments/argument-error";
import { claimBroker, readBroker, type TenantBroker } from "../tenant/broker";
import { callersOf, checkPastBroker, readDirectCallers } from "../grants/callers";
import { Autonomy } from "../arguments/choices";
import { claim } from "../arguments/claimed";
import {
  readFederation,
  trustFor,
  type TenantFederation,
  type WorkloadSubject,
} from "../federations/all-federations";
import { isPlain, part } from "../arguments/known";
import { knownArn } from "../arguments/known-arn";
import { noteCaller, noteTool } from "../grants/declared-callers";
import type { DeclaredKind } from "../arguments/labels";
import { checkKubernetesPermissions, type KubernetesPermission } from "../kubernetes/permissions";
import { checkNamespace, safeName } from "../arguments/naming";
import { checkOauth2Providers, withoutSecret, type Oauth2Provider } from "../oauth2/arguments";
import { readOutbound, type Outbound } from "./outbound";
import { checkPermissions, type Permission } from "./permissions";
import { readRisk, type Risk } from "../arguments/risk";
import { checkSession, readSession } from "../arguments/session";
import { checkSessions, type ToolSession } from "./sessions";
import { checkDefaults, type ToolDefaults } from "./tool-defaults";
import type { TenantRef } from "../tenant/tenant";
import { chosenFederation } from "../tenant/tenant-federations";
import { egressOf, fenceOf, type Fence } from "./egress";
import { trustPolicy } from "./trust-policy";

/** What every workload is made from. */
export interface WorkloadArgs {
  /** The tenant it belongs to: a `Tenant`, or its `ref`. */
  tenant: pulumi.Input<TenantRef>;
  /** Name of the tenant's federation by which it proves who it is. Default: the tenant's only one. */
  federation?: string;
  /** Name of the workload within its tenant, and of its ServiceAccount. Any other than lowercase letters, digits and single `-`, 63 at most, is changed to such a one that ends in a hash. Default: the resource's name. */
  name?: string;
  /** Who it is to the tenant's issuer where it runs outside Kubernetes; the block of its federation. Default: its ServiceAccount. */
  subject?: WorkloadSubject;
  /** How it decides what to do next: `autonomous` or `supervised`. Default: `supervised`. */
  autonomy?: Autonomy;
  /** What it reads and what it can cause. Default: internal data and no effects. */
  risk?: Risk;
  /** What its role may do in AWS. Default: nothing. */
  permissions?: Permission[];
  /** What its ServiceAccount may do in the tenant's namespace through the Kubernetes API; its pods then get a token for it. Default: nothing, and no token. */
  kubernetesPermissions?: KubernetesPermission[];
  /** A service outside AWS that it calls without an API key, by tokens that STS makes for its role. Default: none. */
  outbound?: Outbound;
  /** A role or a ServiceAccount that exists and becomes the workload's. Default: both are made. */
  adopt?: Adopt;
  /** Longest session of its role, `1h` up to the tenant's `maxSession`, such as `1h30m`. Default: `1h`. */
  session?: string;
}

/** A workload's arguments, checked and with their defaults: the component's inputs in the stack. */
export interface Declaration {
  readonly kind: DeclaredKind;
  readonly name: string;
  readonly tenant: pulumi.Input<TenantRef>;
  /** Name of its federation, where one is chosen. */
  readonly federation?: string;
  /** That federation itself. */
  readonly provenBy: pulumi.Input<TenantFederation>;
  readonly autonomy: Autonomy;
  readonly risk: Risk;
  readonly permissions: readonly Permission[];
  readonly session: string;
  readonly subject?: WorkloadSubject;
  /** Never empty. */
  readonly kubernetesPermissions?: readonly KubernetesPermission[];
  /** Of a tool that has some. */
  readonly directCallers?: readonly string[];
  readonly outbound?: Outbound;
  readonly adopt?: Adopt;
  /** Never empty; may contain values of secrets. */
  readonly oauth2Providers?: readonly Oauth2Provider[];
  /** Of a tool; never empty. */
  readonly sessions?: readonly ToolSession[];
  /** Of a tool. */
  readonly defaults?: ToolDefaults;
}

/** What of a declaration is in the stack's state: all but values of secrets, and its federation, which its tenant has. */
export function inputsOf(declaration: Declaration): Record<string, unknown> {
  const { oauth2Providers } = declaration;
  const inputs = Object.entries(declaration).filter(([key]) => key !== "provenBy");
  return {
    ...Object.fromEntries(inputs),
    ...(oauth2Providers !== undefined && { oauth2Providers: oauth2Providers.map(withoutSecret) }),
  };
}

/** Checks a workload's arguments before anything is registered, and fills in their defaults. */
export function declare(
  kind: DeclaredKind,
  resourceName: string,
  args: WorkloadArgs & {
    readonly oauth2Providers?: readonly Oauth2Provider[];
    readonly sessions?: readonly ToolSession[];
    readonly defaults?: ToolDefaults;
  },
  callers: readonly string[] = [],
): Declaration {
  const subject = subjectOf(kind, resourceName);
  const { kubernetesPermissions = [], outbound, oauth2Providers = [], adopt } = args;
  const { sessions = [] } = args;
  const name = safeName(args.name ?? resourceName);
  const risk = readRisk(subject, args.risk);
  const directCallers = readDirectCallers(subject, { name, risk, directCallers: callers });
  const tenant = refOf(args.tenant);
  checkTenantRef(subject, tenant);
  const declaration: Declaration = {
    kind,
    name,
    tenant,
    ...(args.federation !== undefined && { federation: args.federation }),
    provenBy: chosenFederation(subject, tenant, args.federation),
    autonomy: args.autonomy ?? Autonomy.Supervised,
    risk,
    permissions: args.permissions ?? [],
    session: args.session ?? "1h",
    ...(args.subject !== undefined && { subject: args.subject }),
    ...(kubernetesPermissions.length > 0 && { kubernetesPermissions }),
    ...(directCallers.length > 0 && { directCallers }),
    ...(outbound !== undefined && { outbound }),
    ...(adopt !== undefined && { adopt }),
    ...(oauth2Providers.length > 0 && { oauth2Providers }),
    ...(sessions.length > 0 && { sessions }),
    ...(args.defaults !== undefined && { defaults: args.defaults }),
  };
  oneOf(subject, "autonomy", declaration.autonomy, Autonomy);
  readSession(subject, "session", declaration.session);
  checkPermissions(subject, declaration.permissions);
  checkKubernetesPermissions(subject, kubernetesPermissions);
  checkSessions(subject, "sessions", sessions);
  if (args.defaults !== undefined) checkDefaults(subject, "defaults", args.defaults);
  if (outbound !== undefined) readOutbound(subject, outbound);
  if (adopt !== undefined) checkAdopt(subject, adopt, args.subject !== undefined);
  if (adopt?.role !== undefined) checkNoCallers(subject, directCallers);
  checkOauth2Providers(subject, oauth2Providers, declaration);
  checkTenant(subject, declaration);
  if (kind === "tool") noteTool(subject, declaration, directCallers);
  else noteCaller(declaration);
  return declaration;
}

/** Checks at once what is plain in the tenant; what is an output is checked before the role is made. */
function checkTenant(subject: string, declaration: Declaration): void {
  const { tenant } = declaration;
  const trusting = trustingOf(declaration);
  // That there is a broker is often known before its role is.
  if (trusting.broker !== undefined && !pulumi.Output.isInstance(trusting.broker)) {
    checkPastBroker(subject, declaration.directCallers ?? []);
  }
  if (isPlain(trusting)) trustOf(subject, declaration, trusting as pulumi.Unwrap<Trusting>);
  accountOptions(subject, declaration, trusting.namespace);
  const fence = fenceOf(tenant);
  if (isPlain(fence)) egressOf(subject, declaration, fence as Fence);
  const maximum = maxSessionOf(tenant);
  if (typeof maximum === "string") checkSession(subject, declaration.session, maximum);
}

/** The reference to a tenant, also where the argument is the tenant itself. */
export function refOf(tenant: pulumi.Input<TenantRef>): pulumi.Input<TenantRef> {
  if (!pulumi.ComponentResource.isInstance(tenant)) return tenant;
  const { ref } = tenant as unknown as { readonly ref?: TenantRef };
  return ref ?? tenant;
}

/** Refuses what is no reference to a tenant; programs in JavaScript are not checked by the type. */
export function checkTenantRef(subject: string, tenant: unknown): void {
  const isObject = typeof tenant === "object" && tenant !== null;
  const isLater = pulumi.Output.isInstance(tenant) || tenant instanceof Promise;
  const parts = ["name", "namespace", "boundaryArn"];
  if (isLater) return;
  const isRef =
    isObject &&
    parts.every((key) => key in tenant) &&
    ("federation" in tenant || "federations" in tenant);
  if (!isRef) {
    throw argumentError(subject, "tenant is no reference to a tenant; give `tenant.ref`");
  }
  checkParts(subject, tenant as TenantRef);
}

/** Refuses what no tenant's reference has, as far as it is plain. */
function checkParts(subject: string, tenant: TenantRef): void {
  const { boundaryArn, namespace, madeNamespace, broker } = tenant;
  const isBoundary = (arn: string): boolean =>
    knownArn(arn)?.service === "iam" && /:policy\/[\w+=,.@/-]+$/.test(arn);
  if (typeof boundaryArn === "string" && !isBoundary(boundaryArn)) {
    throw argumentError(
      subject,
      `tenant.boundaryArn \`${boundaryArn}\` is no IAM policy; give \`tenant.ref\``,
    );
  }
  for (const [key, name] of Object.entries({ namespace, madeNamespace })) {
    // A tenant outside Kubernetes has none.
    if (typeof name !== "string" || name === "") continue;
    checkNamespace(subject, `tenant.${key}`, name);
  }
  if (broker !== undefined && isPlain(broker)) {
    readBroker(subject, broker as pulumi.Unwrap<TenantBroker>, undefined);
  }
}

/** What a workload's trust document is made from. */
export interface Trusting {
  readonly tenant: pulumi.Input<string>;
  readonly namespace: pulumi.Input<string>;
  readonly federation: pulumi.Input<TenantFederation>;
  readonly subject: WorkloadSubject | undefined;
  /** Of a tool whose tenant has one. */
  readonly broker: pulumi.Input<TenantBroker | undefined>;
}

/** What a workload's trust document is made from. */
export function trustingOf({ kind, tenant, provenBy, subject }: Declaration): Trusting {
  return {
    tenant: part(tenant, (ref) => ref.name),
    namespace: part(tenant, (ref) => ref.namespace),
    federation: provenBy,
    subject,
    broker: kind === "tool" ? part(tenant, (ref) => ref.broker) : undefined,
  };
}

/**
 * Trust policy of a workload's role: the workload itself, and of a tool those who may act as it.
 *
 * Throws where another workload of the stack proves itself by the same, and where it is too long for IAM.
 */
export function trustOf(
  subject: string,
  declaration: Declaration,
  { tenant, namespace, federation, subject: given, broker }: pulumi.Unwrap<Trusting>,
): string {
  const known = readFederation(subject, federation);
  if (typeof tenant !== "string" || safeName(tenant) !== tenant) {
    throw argumentError(
      subject,
      `tenant \`${tenant}\` is no name of a tenant; give \`tenant.ref\``,
    );
  }
  const taken = `name \`${declaration.name}\` is already that of another workload of tenant \`${tenant}\`; give another \`name\``;
  claim(subject, declaration, `workload ${known.account}/${tenant}/${declaration.name}`, taken);
  claimRole(subject, declaration, tenant, known.account);
  if (namespace !== "") checkNamespace(subject, "tenant namespace", namespace);
  const trust = trustFor(subject, known, {
    tenant,
    namespace,
    name: declaration.name,
    serviceAccount: accountOf(declaration),
    subject: given,
  });
  for (const proof of [trust.proof, trust.attestedBy ?? trust.proof]) {
    const problem = `\`${proof}\` already proves another workload, which could act as this one; give each workload a subject of its own`;
    claim(subject, declaration, `proof ${proof}`, problem);
  }
  if (broker !== undefined) claimBroker(subject, tenant, broker, known);
  const callers = callersOf(subject, tenant, known, broker, declaration.directCallers ?? []);
  return trustPolicy(subject, trust.statement, callers);
}

/** Longest session of a tenant's workloads. */
export function maxSessionOf(tenant: pulumi.Input<TenantRef>): pulumi.Input<string> {
  return part(tenant, (ref) => ref.maxSession ?? "1h");
}
