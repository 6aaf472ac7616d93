import type * as pulumi from "@pulumi/pulumi";
import { deployerRules, deployerSubjects, type Deployer } from "./deployers";
import { podValidations, secretValidations } from "../federations/admission";
import type { Validation } from "../manifests/validation";
import { brokerRule, egressRules, type Egress } from "./egress";
import type { FederationKind } from "../federations/all-federations";
import { derive } from "../arguments/known";
import { tenantMark } from "../../core/marks";
import { egressMark, ownEgress } from "../arguments/labels";
import { readQuota, type Quota } from "./quota";
import { kubernetesFor } from "../arguments/kubernetes-sdk";

/** Where in a cluster a tenant's pods reach its task broker. */
export interface BrokerTarget {
  readonly namespace: pulumi.Input<string>;
  /** Its port for mutual TLS; undefined where it has none. */
  readonly mtlsPort: pulumi.Input<number | undefined>;
}

/** What is made of and in a tenant's namespace. */
export interface NamespaceArgs {
  readonly parent: pulumi.ComponentResource;
  readonly resourceName: string;
  /** How errors name the tenant. */
  readonly subject: string;
  readonly tenant: string;
  /** Of the tenant's federations. */
  readonly kinds: readonly FederationKind[];
  readonly egress: readonly Egress[] | undefined;
  /** Its task broker, which its pods call; undefined where that is run by other means. */
  readonly broker: pulumi.Input<BrokerTarget | undefined>;
  readonly quota: Quota | undefined;
  readonly deployers: readonly Deployer[] | undefined;
  readonly serviceAccounts: readonly string[] | undefined;
}

/** Makes a tenant's namespace. */
export function makeNamespace(
  { parent, resourceName, subject, tenant }: NamespaceArgs,
  namespace: pulumi.Input<string>,
): pulumi.Output<string> {
  const kubernetes = kubernetesFor(subject);
  const made = new kubernetes.core.v1.Namespace(
    resourceName,
    {
      metadata: {
        name: namespace,
        labels: {
          [tenantMark]: tenant,
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
    },
    { parent },
  );
  return made.metadata.name;
}

/** Isolates a namespace; one that is not ours gets only what is requested. */
export function fence(args: NamespaceArgs, namespace: pulumi.Input<string>, isOurs: boolean): void {
  if (isOurs || args.egress !== undefined) isolate(args, namespace);
  if (isOurs || args.quota !== undefined) limit(args, namespace);
  if (isOurs || args.serviceAccounts !== undefined) {
    admit(args, namespace, "pods", podValidations(args.kinds, args.serviceAccounts));
    admit(args, namespace, "secrets", secretValidations);
  }
  if (args.deployers !== undefined) bindDeployers(args, namespace, args.deployers);
}

/**
 * Shuts a namespace's pods off, and opens what they may send.
 *
 * Two policies, since what policies allow adds up: pods with egress of their own are to be left out of the second.
 */
function isolate(args: NamespaceArgs, namespace: pulumi.Input<string>): void {
  const { parent, resourceName, subject, kinds } = args;
  const kubernetes = kubernetesFor(subject);
  new kubernetes.networking.v1.NetworkPolicy(
    `${resourceName}-isolation`,
    {
      metadata: metadataOf(args, "agentid-isolation", namespace),
      // An empty selector is every pod of the namespace, here as those guarded and as those let in.
      spec: {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: [{ podSelector: {} }] }],
      },
    },
    { parent },
  );
  new kubernetes.networking.v1.NetworkPolicy(
    `${resourceName}-egress`,
    {
      metadata: metadataOf(args, "agentid-egress", namespace),
      spec: {
        podSelector: {
          matchExpressions: [{ key: egressMark, operator: "NotIn", values: [ownEgress] }],
        },
        policyTypes: ["Egress"],
        egress: derive(args.broker, (broker) => [
          ...egressRules(subject, kinds, args.egress ?? []),
          ...(broker === undefined ? [] : [brokerRule(broker.namespace, broker.mtlsPort)]),
        ]),
      },
    },
    { parent },
  );
}

function limit(args: NamespaceArgs, namespace: pulumi.Input<string>): void {
  const kubernetes = kubernetesFor(args.subject);
  new kubernetes.core.v1.ResourceQuota(
    `${args.resourceName}-quota`,
    {
      metadata: metadataOf(args, "agentid-quota", namespace),
      spec: { hard: readQuota(args.subject, args.quota ?? {}) },
    },
    { parent: args.parent },
  );
}

/** Has the API server check what is created in a namespace. Source: kubernetes.io, validating admission policy. */
function admit(
  args: NamespaceArgs,
  namespace: pulumi.Input<string>,
  resources: string,
  validations: readonly Validation[],
): void {
  const { parent, resourceName, subject, tenant } = args;
  const kubernetes = kubernetesFor(subject);
  const metadata = { name: `agentid-${tenant}-${resources}`, labels: { [tenantMark]: tenant } };
  const policy = new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicy(
    `${resourceName}-${resources}`,
    {
      metadata,
      spec: {
        failurePolicy: "Fail",
        // What is checked cannot be changed later, and what exists already goes on.
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: [""],
              apiVersions: ["v1"],
              operations: ["CREATE"],
              resources: [resources],
            },
          ],
        },
        validations: validations.map(({ expression, message }) => ({ expression, message })),
      },
    },
    { parent },
  );
  new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
    `${resourceName}-${resources}`,
    {
      metadata,
      spec: {
        policyName: policy.metadata.name,
        validationActions: ["Deny"],
        matchResources: {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        },
      },
    },
    { parent },
  );
}

function bindDeployers(
  args: NamespaceArgs,
  namespace: pulumi.Input<string>,
  deployers: readonly Deployer[],
): void {
  const kubernetes = kubernetesFor(args.subject);
  const metadata = metadataOf(args, "agentid-deployers", namespace);
  const name = `${args.resourceName}-deployers`;
  const options = { parent: args.parent };
  const role = new kubernetes.rbac.v1.Role(name, { metadata, rules: deployerRules }, options);
  new kubernetes.rbac.v1.RoleBinding(
    name,
    {
      metadata,
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "Role",
        name: role.metadata.name,
      },
      subjects: deployerSubjects(args.subject, deployers),
    },
    options,
  );
}

function metadataOf(
  { tenant }: NamespaceArgs,
  name: string,
  namespace: pulumi.Input<string>,
): { name: string; namespace: pulumi.Input<string>; labels: Record<string, string> } {
  return { name, namespace, labels: { [tenantMark]: tenant } };
}
