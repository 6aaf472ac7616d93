import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { argumentError, subjectOf } from "./argument-error";
import { boundaryDocument } from "./documents/boundary";
import { claim } from "./claimed";
import { checkFederation, kindIn, readFederation, type TenantFederation } from "./federation";
import { derive, isPlain } from "./known";
import { tenantLabel } from "./labels";
import { boundaryName, rolePath, safeName } from "./naming";
import { readSession } from "./session";
import { isOutside } from "./subject";
import { makeTrustAnchor } from "./trust-anchor";

/** What a tenant is made from. */
export interface TenantArgs {
  /** Name of the tenant, in labels, tags and paths. Default: the resource's name. */
  name?: string;
  /** Name of the namespace to make for the tenant's workloads. Default: the tenant's name; none where its federation is outside Kubernetes. */
  namespace?: string;
  /** Name of a namespace that exists and is the tenant's alone; it is left as it is. Default: one is made. */
  existingNamespace?: pulumi.Input<string>;
  /** How the tenant's workloads prove who they are. */
  federation: TenantFederation;
  /** Longest session of any workload's role, `1h` to `12h`. Default: `1h`. */
  maxSession?: string;
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
  /** Longest session of any workload's role, `1h` to `12h`. Default: `1h`. */
  maxSession?: pulumi.Input<string>;
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
    checkTenant(subject, args);
    const tenant = safeName(args.name ?? name);
    claimName(subject, args, tenant);
    const declared = args.existingNamespace ?? safeName(args.namespace ?? tenant);
    const maxSession = args.maxSession ?? "1h";
    super(
      "agentid:index:Tenant",
      name,
      { ...args, name: tenant, namespace: declared, maxSession },
      opts,
    );

    const needsNamespace =
      args.namespace !== undefined || !isOutside(kindIn(subject, args.federation));
    const madeNamespace =
      args.existingNamespace ?? (needsNamespace ? makeNamespace(this, name, tenant, declared) : "");
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
        tags: { [tenantLabel]: tenant },
      },
      { parent: this },
    );

    const anchor = makeTrustAnchor(this, name, tenant, args.federation.rolesAnywhere);
    this.namespace = pulumi.output(madeNamespace);
    if (anchor !== undefined) this.trustAnchorArn = pulumi.output(anchor.arn);
    this.boundaryArn = boundary.arn;
    this.ref = {
      name: tenant,
      namespace: declared,
      madeNamespace: this.namespace,
      boundaryArn: boundary.arn,
      federation: anchor === undefined ? args.federation : { rolesAnywhere: anchor.federation },
      maxSession,
    };
    this.registerOutputs({
      namespace: this.namespace,
      boundaryArn: this.boundaryArn,
      ...(anchor !== undefined && { trustAnchorArn: anchor.arn }),
      ref: this.ref,
    });
  }
}

function checkTenant(subject: string, args: TenantArgs): void {
  checkFederation(subject, args.federation);
  if (isPlain(args.federation)) {
    readFederation(subject, args.federation as pulumi.Unwrap<TenantFederation>);
  }
  readSession(subject, "maxSession", args.maxSession ?? "1h");
  if (args.namespace !== undefined && args.existingNamespace !== undefined) {
    throw argumentError(
      subject,
      "`namespace` and `existingNamespace` are both given; give `namespace` to make one, or `existingNamespace` to use one",
    );
  }
}

function claimName(subject: string, holder: TenantArgs, tenant: string): void {
  const problem = `name \`${tenant}\` is already that of another tenant; give another \`name\``;
  claim(subject, { holder }, `tenant ${tenant}`, problem);
}

function makeNamespace(
  parent: Tenant,
  name: string,
  tenant: string,
  namespace: pulumi.Input<string>,
): pulumi.Output<string> {
  const made = new kubernetes.core.v1.Namespace(
    name,
    {
      metadata: {
        name: namespace,
        labels: {
          [tenantLabel]: tenant,
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
    },
    { parent },
  );
  new kubernetes.networking.v1.NetworkPolicy(
    `${name}-isolation`,
    {
      metadata: {
        name: "agentid-isolation",
        namespace: made.metadata.name,
        labels: { [tenantLabel]: tenant },
      },
      // An empty selector is every pod of the namespace, here as those guarded and as those let in.
      spec: {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: {} }] }],
      },
    },
    { parent },
  );
  return made.metadata.name;
}
