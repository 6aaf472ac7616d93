import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { readApiServer, type ApiServer } from "./api-server";
import { argumentError, fitting, subjectOf } from "./argument-error";
import { checkTypes } from "./argument-types";
import { claimBroker, type TenantBroker } from "./broker";
import { deployerSubjects, type Deployer } from "./deployers";
import { boundaryDocument } from "./documents/boundary";
import { egressRules, type Egress } from "./egress";
import { claim } from "./claimed";
import {
  checkFederation,
  clusterOf,
  kindIn,
  readFederation,
  type FederationKind,
  type KnownFederation,
  type TenantFederation,
} from "./federation";
import { foretold } from "./foretold";
import { derive, isPlain } from "./known";
import { tenantMark } from "../core/marks";
import { fence, makeNamespace, type NamespaceArgs } from "./namespace";
import { accountNames, boundaryName, checkNamespace, rolePath, safeName } from "./naming";
import { readQuota, type Quota } from "./quota";
import { readSession } from "./session";
import { isOutside } from "./subject";
import { makeTrustAnchor } from "./trust-anchor";

/** What a tenant is made from. */
export interface TenantArgs {
  /** Name of the tenant, in labels, tags and paths. Any other than lowercase letters, digits and single `-`, 63 at most, is changed to such a one that ends in a hash. Default: the resource's name. */
  name?: string;
  /** Name of the namespace to make for the tenant's workloads, changed as `name` is. Default: the tenant's name; none where its federation is outside Kubernetes. */
  namespace?: string;
  /** Name of a namespace that exists and is the tenant's alone; it is left as it is, and only what is asked for is put into it; not together with `namespace`. Default: one is made. */
  existingNamespace?: pulumi.Input<string>;
  /** How the tenant's workloads prove who they are; exactly one kind. */
  federation: TenantFederation;
  /** The task broker that calls the tenant's tools for its workloads, as their grants allow. Default: none. */
  broker?: TenantBroker;
  /** Longest session of any workload's role, `1h` to `12h`, such as `1h30m`. Default: `1h`. */
  maxSession?: string;
  /** Where the tenant's pods may send to, besides each other and the cluster's DNS. Default: nowhere. */
  egress?: Egress[];
  /** The Kubernetes API server, for workloads with `kubernetesPermissions`. Default: its usual audience, and no addresses. */
  apiServer?: ApiServer;
  /** How much the namespace may hold. Default: 50 pods, and no Service that opens the cluster. */
  quota?: Quota;
  /** Who may deploy workloads into the namespace. Default: nobody is given rights. */
  deployers?: Deployer[];
  /** Names of the ServiceAccounts that pods may run as, not `default`. Default: any but `default`. */
  serviceAccounts?: string[];
}

/** What workloads need to know of their tenant: plain data, so it may come from another stack as well. */
export interface TenantRef {
  /** Name of the tenant. */
  name: pulumi.Input<string>;
  /** Namespace of its workloads, as declared; trust documents name it, so it is known before it is made. */
  namespace: pulumi.Input<string>;
  /** The same name, as an output of the namespace, so that what is put there waits for it. Default: `namespace`. */
  madeNamespace?: pulumi.Input<string>;
  /** ARN of the permissions boundary of all its roles. */
  boundaryArn: pulumi.Input<string>;
  /** How its workloads prove who they are. */
  federation: pulumi.Input<TenantFederation>;
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
 * The boundary nothing crosses: a namespace, a path for roles, and a permissions boundary that holds each of them to it.
 *
 * Namespace and boundary carry the tenant's name; the namespace takes only pods of the Pod Security level `restricted`
 * and traffic from within.
 */
export class Tenant extends pulumi.ComponentResource {
  /** Name of the namespace of the tenant's workloads; empty where it has none. */
  public readonly namespace: pulumi.Output<string>;
  /** ARN of the permissions boundary of all the tenant's roles. */
  public readonly boundaryArn: pulumi.Output<string>;
  /** ARN of the trust anchor; only where certificates prove the tenant's workloads. */
  public readonly trustAnchorArn?: pulumi.Output<string>;
  /** What workloads need to know of their tenant; pass it as their `tenant`. */
  public readonly ref: TenantRef;

  /**
   * Makes a tenant.
   *
   * @param name Name of the resource; also the tenant's unless `args.name` is given.
   * @param args What the tenant is made from.
   * @param opts Options; providers given here are used for everything in it.
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

    const madeNamespace = namespaceOf(this, name, tenant, args, declared);
    const boundary = new aws.iam.Policy(
      `${name}-boundary`,
      {
        name: boundaryName(tenant),
        path: rolePath(tenant),
        description: `What no role of tenant ${tenant} can do`,
        policy: derive(args.federation, (federation) => {
          const { partition, account } = readFederation(subject, federation);
          return boundaryDocument({ tenant, partition, account });
        }),
        tags: { [tenantMark]: tenant },
      },
      { parent: this },
    );

    const boundaryArn = foretold(
      boundary,
      boundary.arn,
      derive(args.federation, (federation) => {
        const { partition, account } = readFederation(subject, federation);
        return `arn:${partition}:iam::${account}:policy${rolePath(tenant)}${boundaryName(tenant)}`;
      }),
    );

    const anchor = makeTrustAnchor(this, name, tenant, args.federation.rolesAnywhere);
    this.namespace = pulumi.output(madeNamespace);
    if (anchor !== undefined) this.trustAnchorArn = pulumi.output(anchor.arn);
    this.boundaryArn = boundaryArn;
    this.ref = {
      name: tenant,
      namespace: declared,
      madeNamespace: this.namespace,
      boundaryArn,
      federation: anchor === undefined ? args.federation : { rolesAnywhere: anchor.federation },
      ...(args.broker !== undefined && { broker: args.broker }),
      maxSession,
      ...(args.apiServer !== undefined && { apiServer: args.apiServer }),
      ...(isIsolated(args) && { isolated: true }),
    };
    this.registerOutputs({
      namespace: this.namespace,
      boundaryArn: this.boundaryArn,
      ...(anchor !== undefined && { trustAnchorArn: anchor.arn }),
      ref: this.ref,
    });
  }
}

/** Whether the tenant has a network policy; an existing namespace gets one only where egress is asked for. */
function isIsolated(args: TenantArgs): boolean {
  const kind = kindIn("tenant", args.federation);
  return (
    hasNamespace(args, kind) && (args.existingNamespace === undefined || args.egress !== undefined)
  );
}

function checkTenant(subject: string, resourceName: string, args: TenantArgs): void {
  checkFederation(subject, args.federation);
  const tenant = safeName(args.name ?? resourceName);
  const known = isPlain(args.federation)
    ? readFederation(subject, args.federation as pulumi.Unwrap<TenantFederation>)
    : undefined;
  if (known !== undefined) {
    const problem = `name \`${tenant}\` is already that of another tenant; give another \`name\``;
    claim(subject, args, `tenant ${known.account}/${tenant}`, problem);
    claimNamespace(subject, tenant, args, known);
  }
  if (typeof args.existingNamespace === "string") {
    checkNamespace(subject, "existingNamespace", args.existingNamespace);
  }
  if (args.broker !== undefined && isPlain(args.broker)) {
    claimBroker(subject, tenant, args.broker as pulumi.Unwrap<TenantBroker>, known);
  }
  checkFence(subject, args);
  readSession(subject, "maxSession", args.maxSession ?? "1h");
  if (args.namespace !== undefined && args.existingNamespace !== undefined) {
    throw argumentError(
      subject,
      "`namespace` and `existingNamespace` are both given; give `namespace` to make one, or `existingNamespace` to use one",
    );
  }
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

/** The tenant's namespace and what fences it; empty where it has none. */
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
    ...fenceOf(resourceName, args),
  };
  if (args.existingNamespace !== undefined) {
    fence(making, args.existingNamespace, false);
    return args.existingNamespace;
  }
  if (!hasNamespace(args, making.kind)) return "";
  const made = makeNamespace(making, declared);
  fence(making, made, true);
  return made;
}

function fenceOf(
  resourceName: string,
  { federation, egress, quota, deployers, serviceAccounts }: TenantArgs,
): Pick<NamespaceArgs, "kind" | "egress" | "quota" | "deployers" | "serviceAccounts"> {
  const kind = kindIn(subjectOf("tenant", resourceName), federation);
  return { kind, egress, quota, deployers, serviceAccounts };
}

function hasNamespace(args: TenantArgs, kind: FederationKind): boolean {
  return args.namespace !== undefined || args.existingNamespace !== undefined || !isOutside(kind);
}

/** Checks what is put around the namespace, before anything is registered. */
function checkFence(subject: string, args: TenantArgs): void {
  const { egress, apiServer, quota, deployers, serviceAccounts } = args;
  const kind = kindIn(subject, args.federation);
  if (!hasNamespace(args, kind)) {
    const given = Object.entries({ egress, apiServer, quota, deployers, serviceAccounts });
    const first = given.find(([, value]) => value !== undefined);
    if (first === undefined) return;
    throw argumentError(
      subject,
      `${first[0]} is given, but with \`${kind}\` the tenant has no namespace; give \`namespace\`, or leave it out`,
    );
  }
  egressRules(subject, kind, egress ?? []);
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
