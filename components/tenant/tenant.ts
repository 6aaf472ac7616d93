import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { readApiServer, type ApiServer } from "../kubernetes/api-server";
import { argumentError, fitting, subjectOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import {
  brokerTargetOf,
  checkPlace,
  claimBroker,
  knownToWorkloads,
  type TenantBroker,
} from "./broker";
import { deployerSubjects, type Deployer } from "../kubernetes/deployers";
import { boundaryDocument } from "../documents/boundary";
import { egressRules, type Egress } from "../kubernetes/egress";
import { claim } from "../arguments/claimed";
import {
  clusterOf,
  isOutside,
  kindIn,
  type FederationKind,
  type KnownFederation,
  type TenantFederation,
} from "../federations/all-federations";
import { predicted } from "../arguments/predicted";
import { derive, isPlain } from "../arguments/known";
import { tenantMark } from "../../core/marks";
import { fence, makeNamespace, type NamespaceArgs } from "../kubernetes/namespace";
import {
  accountNames,
  boundaryName,
  checkNamespace,
  rolePath,
  safeName,
} from "../arguments/naming";
import { readQuota, type Quota } from "../kubernetes/quota";
import { readSession } from "../arguments/session";
import {
  checkFederations,
  federationsIn,
  declaredAs,
  provideFederations,
  readFederations,
  type NamedFederation,
} from "./tenant-federations";

/** What a tenant is made from. */
export interface TenantArgs {
  /** Name of the tenant, in labels, tags and paths. Any other than lowercase letters, digits and single `-`, 63 at most, is changed to such a one that ends in a hash. Default: the resource's name. */
  name?: string;
  /** Name of the namespace to make for the tenant's workloads, changed as `name` is. Default: the tenant's name; none where its federations are outside Kubernetes. */
  namespace?: string;
  /**
   * Name of a namespace that exists and is only the tenant's; it stays unchanged, and only what is requested is put into it;
   * not together with `namespace`. Default: one is made.
   */
  existingNamespace?: pulumi.Input<string>;
  /** How all the tenant's workloads prove who they are; exactly one kind. Default: `federations`; exactly one of both. */
  federation?: TenantFederation;
  /** How the tenant's workloads prove who they are, by names of which each workload gives one as its `federation`. All are of one account, and those in Kubernetes of one cluster. Default: `federation` alone. */
  federations?: Record<string, TenantFederation>;
  /** The task broker that calls the tenant's tools for its workloads, as their grants allow; `taskBroker.ref` of a `TaskBroker`. Default: none. */
  broker?: pulumi.Input<TenantBroker>;
  /** Longest session of any workload's role, `1h` to `12h`, such as `1h30m`. Default: `1h`. */
  maxSession?: string;
  /** Where the tenant's pods may send to, besides each other and the cluster's DNS. Default: nowhere. */
  egress?: Egress[];
  /** The Kubernetes API server, for workloads with `kubernetesPermissions`. Default: its usual audience, and no addresses. */
  apiServer?: ApiServer;
  /** The limits of the namespace. Default: 50 pods, and no Service that opens the cluster. */
  quota?: Quota;
  /** Who may deploy workloads into the namespace. Default: none. */
  deployers?: Deployer[];
  /** Names of the ServiceAccounts that pods may run as, not `default`. Default: any but `default`. */
  serviceAccounts?: string[];
}

/** What workloads need of their tenant: plain data, so it may come from another stack as well. */
export interface TenantRef {
  /** Name of the tenant. */
  name: pulumi.Input<string>;
  /** Namespace of its workloads, as declared; trust documents name it, so it is known before it is made. */
  namespace: pulumi.Input<string>;
  /** The same name, as an output of the namespace, so that what is put there waits for it. Default: `namespace`. */
  madeNamespace?: pulumi.Input<string>;
  /** ARN of the permissions boundary of all its roles. */
  boundaryArn: pulumi.Input<string>;
  /** How its workloads prove who they are, where all do by one federation. Default: `federations`; exactly one of both. */
  federation?: pulumi.Input<TenantFederation>;
  /** How its workloads prove who they are, by names. Default: `federation` alone. */
  federations?: pulumi.Input<Record<string, TenantFederation>>;
  /** The task broker that calls the tenant's tools. Default: none. */
  broker?: pulumi.Input<TenantBroker>;
  /** Longest session of any workload's role, `1h` to `12h`. Default: `1h`. */
  maxSession?: pulumi.Input<string>;
  /** The Kubernetes API server, for workloads with `kubernetesPermissions`. Default: its usual audience, and no addresses. */
  apiServer?: pulumi.Input<ApiServer>;
  /** Whether a network policy keeps pods from sending to where none allows. Default: false. */
  isolated?: pulumi.Input<boolean>;
}

/**
 * A boundary between customers: a namespace, a path for roles, and a permissions boundary on each of these roles.
 *
 * Namespace and boundary carry the tenant's name; the namespace takes only pods of the Pod Security level `restricted`
 * and traffic from within.
 */
export class Tenant extends pulumi.ComponentResource {
  /** Name of the tenant, as labels, tags and paths have it. */
  public readonly name: pulumi.Output<string>;
  /** Name of the namespace of the tenant's workloads; empty where it has none. */
  public readonly namespace: pulumi.Output<string>;
  /** ARN of the permissions boundary of all the tenant's roles. */
  public readonly boundaryArn: pulumi.Output<string>;
  /** ARN of the trust anchor; only where certificates prove the tenant's workloads, by one federation. */
  public readonly trustAnchorArn?: pulumi.Output<string>;
  /** What workloads need of their tenant; they take it, or the tenant itself, as their `tenant`. */
  public readonly ref: TenantRef;

  /**
   * Makes a tenant.
   *
   * @param name Name of the resource; also the tenant's unless `args.name` is set.
   * @param args What the tenant is made from.
   * @param opts Options; its providers are used for everything in it.
   */
  constructor(name: string, args: TenantArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = subjectOf("tenant", name);
    checkTypes(subject, "Tenant", args);
    checkTenant(subject, name, args);
    const tenant = safeName(args.name ?? name);
    const declared = args.existingNamespace ?? safeName(args.namespace ?? tenant);
    const maxSession = args.maxSession ?? "1h";
    super(
      "agentid:index:Tenant",
      name,
      { ...args, name: tenant, namespace: declared, maxSession },
      opts,
    );

    const federations = federationsIn(subject, args);
    const madeNamespace = namespaceOf(this, name, tenant, args, declared);
    // What is an output is checked, and claimed, before anything rests on it.
    const home = derive(federations, (known) => homeOf(subject, tenant, args, known));
    const boundary = new aws.iam.Policy(
      `${name}-boundary`,
      {
        name: boundaryName(tenant),
        path: rolePath(tenant),
        description: `What no role of tenant ${tenant} can do`,
        policy: derive(home, ({ partition, account }) =>
          boundaryDocument({ tenant, partition, account }),
        ),
        tags: { [tenantMark]: tenant },
      },
      { parent: this },
    );

    const boundaryArn = predicted(
      boundary,
      boundary.arn,
      derive(
        home,
        ({ partition, account }) =>
          `arn:${partition}:iam::${account}:policy${rolePath(tenant)}${boundaryName(tenant)}`,
      ),
    );

    const provided = provideFederations(this, name, tenant, federations);
    const [anchorArn, ...otherArns] = provided.flatMap(
      ({ federation: { rolesAnywhere } }) => rolesAnywhere?.trustAnchorArn ?? [],
    );
    this.name = pulumi.output(tenant);
    this.namespace = pulumi.output(madeNamespace);
    if (anchorArn !== undefined && otherArns.length === 0) {
      this.trustAnchorArn = pulumi.output(anchorArn);
    }
    this.boundaryArn = boundaryArn;
    this.ref = {
      name: tenant,
      namespace: declared,
      madeNamespace: this.namespace,
      boundaryArn,
      ...declaredAs(provided),
      ...(args.broker !== undefined && { broker: knownToWorkloads(args.broker) }),
      maxSession,
      ...(args.apiServer !== undefined && { apiServer: args.apiServer }),
      ...(isIsolated(args) && { isolated: true }),
    };
    this.registerOutputs({
      name: this.name,
      namespace: this.namespace,
      boundaryArn: this.boundaryArn,
      ...(this.trustAnchorArn !== undefined && { trustAnchorArn: this.trustAnchorArn }),
      ref: this.ref,
    });
  }
}

/** Whether the tenant has a network policy; an existing namespace gets one only where egress is requested. */
function isIsolated(args: TenantArgs): boolean {
  return (
    hasNamespace(args, kindsOf("tenant", args)) &&
    (args.existingNamespace === undefined || args.egress !== undefined)
  );
}

function checkTenant(subject: string, resourceName: string, args: TenantArgs): void {
  const federations = federationsIn(subject, args);
  checkFederations(subject, federations);
  const tenant = safeName(args.name ?? resourceName);
  const home = isPlain(federations)
    ? homeOf(subject, tenant, args, federations as pulumi.Unwrap<typeof federations>)
    : undefined;
  if (typeof args.existingNamespace === "string") {
    checkNamespace(subject, "existingNamespace", args.existingNamespace);
  }
  if (args.broker !== undefined) {
    checkPlace(subject, tenant, args.broker);
    const broker = knownToWorkloads(args.broker);
    if (isPlain(broker)) {
      claimBroker(subject, tenant, broker as pulumi.Unwrap<TenantBroker>, home);
    }
  }
  checkFence(subject, args);
  readSession(subject, "maxSession", args.maxSession ?? "1h");
  if (args.namespace !== undefined && args.existingNamespace !== undefined) {
    throw argumentError(
      subject,
      "`namespace` and `existingNamespace` are both set; give `namespace` to make one, or `existingNamespace` to use one",
    );
  }
}

/** Where a tenant's roles are, once its federations are known; claims its name and its namespace for it alone. */
function homeOf(
  subject: string,
  tenant: string,
  args: TenantArgs,
  federations: readonly pulumi.Unwrap<NamedFederation>[],
): KnownFederation {
  const all = readFederations(subject, federations);
  const [home] = all;
  const problem = `name \`${tenant}\` is already that of another tenant; give another \`name\``;
  claim(subject, args, `tenant ${home.account}/${tenant}`, problem);
  for (const federation of all) claimNamespace(subject, tenant, args, federation);
  return home;
}

function kindsOf(subject: string, args: TenantArgs): readonly FederationKind[] {
  return federationsIn(subject, args).map(({ federation }) => kindIn(subject, federation));
}

/** Holds a namespace of a known cluster for one tenant. */
function claimNamespace(
  subject: string,
  tenant: string,
  args: TenantArgs,
  federation: KnownFederation,
): void {
  const cluster = clusterOf(federation);
  const namespace = args.existingNamespace ?? safeName(args.namespace ?? tenant);
  if (cluster === undefined || typeof namespace !== "string") return;
  const problem = `namespace \`${namespace}\` is already that of another tenant; give each tenant a namespace of its own`;
  claim(subject, args, `namespace ${cluster}/${namespace}`, problem);
}

/** The tenant's namespace and its isolation; empty where it has none. */
function namespaceOf(
  parent: Tenant,
  resourceName: string,
  tenant: string,
  args: TenantArgs,
  declared: pulumi.Input<string>,
): pulumi.Input<string> {
  const making: NamespaceArgs = {
    parent,
    resourceName,
    subject: subjectOf("tenant", resourceName),
    tenant,
    broker: brokerTargetOf(subjectOf("tenant", resourceName), args.broker),
    ...fenceOf(resourceName, args),
  };
  if (args.existingNamespace !== undefined) {
    fence(making, args.existingNamespace, false);
    return args.existingNamespace;
  }
  if (!hasNamespace(args, making.kinds)) return "";
  const made = makeNamespace(making, declared);
  fence(making, made, true);
  return made;
}

function fenceOf(
  resourceName: string,
  args: TenantArgs,
): Pick<NamespaceArgs, "kinds" | "egress" | "quota" | "deployers" | "serviceAccounts"> {
  const kinds = kindsOf(subjectOf("tenant", resourceName), args);
  const { egress, quota, deployers, serviceAccounts } = args;
  return { kinds, egress, quota, deployers, serviceAccounts };
}

function hasNamespace(args: TenantArgs, kinds: readonly FederationKind[]): boolean {
  return (
    args.namespace !== undefined || args.existingNamespace !== undefined || !kinds.every(isOutside)
  );
}

/** Checks what is put around the namespace, before anything is registered. */
function checkFence(subject: string, args: TenantArgs): void {
  const { egress, apiServer, quota, deployers, serviceAccounts } = args;
  const kinds = kindsOf(subject, args);
  if (!hasNamespace(args, kinds)) {
    const given = Object.entries({ egress, apiServer, quota, deployers, serviceAccounts });
    const first = given.find(([, value]) => value !== undefined);
    if (first === undefined) return;
    throw argumentError(
      subject,
      `${first[0]} is set, but with ${kinds.map((kind) => `\`${kind}\``).join(" and ")} the tenant has no namespace; give \`namespace\`, or leave it out`,
    );
  }
  egressRules(subject, kinds, egress ?? []);
  readApiServer(subject, apiServer ?? {});
  readQuota(subject, quota ?? {});
  deployerSubjects(subject, deployers ?? []);
  for (const account of serviceAccounts ?? []) {
    fitting(
      subject,
      "serviceAccounts",
      account,
      accountNames,
      "names of ServiceAccounts, not `default`",
    );
  }
}
