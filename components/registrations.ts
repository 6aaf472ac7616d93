import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { accountOf } from "./adopt";
import { readFederation, type FederationKind, type KnownFederation } from "./federation";
import { returnUrls } from "./federations/agent-core";
import { outsideSpiffeId, podIdTemplate, type KnownSpiffe } from "./federations/spiffe";
import { derive, part } from "./known";
import { objectName, profileName, workloadIdentityName } from "./naming";
import { trustingOf, type Declaration } from "./workload";

/** What the children of a workload are made from. */
export interface Making {
  readonly parent: pulumi.ComponentResource;
  readonly resourceName: string;
  /** How errors name the workload. */
  readonly subject: string;
  readonly declaration: Declaration;
  readonly labels: Record<string, pulumi.Input<string>>;
  readonly kind: FederationKind | pulumi.Output<FederationKind>;
}

/** Lifetime of X.509-SVIDs, which SPIRE renews by itself. */
const x509Ttl = "1h";

/** Lifetime of the credentials that a profile gives, in seconds. */
const profileSeconds = 3600;

/** Lifetime of JWT-SVIDs, which are asked for when they are needed. */
const jwtTtl = "5m";

/** Makes known to its federation who may prove to be a workload; some federations know it without. */
export function register(making: Making, kind: FederationKind, role: aws.iam.Role): void {
  switch (kind) {
    case "eksPodIdentity":
      associate(making, role);
      return;
    case "spiffe":
      if (making.declaration.subject === undefined) registerPods(making);
      else registerOutside(making);
      return;
    case "eksIrsa":
    case "github":
    case "gitlab":
    case "oidc":
    case "rolesAnywhere":
    case "ecs":
    case "lambda":
    case "agentCore":
      return;
  }
}

/** Associates a ServiceAccount with its role, by which the pods of that account get the role's credentials. */
function associate(making: Making, role: aws.iam.Role): void {
  const { parent, resourceName, declaration, labels } = making;
  new aws.eks.PodIdentityAssociation(
    resourceName,
    {
      clusterName: fromFederation(making, (known) =>
        known.kind === "eksPodIdentity" ? known.clusterName : "",
      ),
      namespace: trustingOf(declaration).namespace,
      serviceAccount: accountOf(declaration),
      roleArn: role.arn,
      tags: labels,
    },
    { parent },
  );
}

/** Makes the profile by which certificates obtain a role's credentials, for an hour at most. */
export function makeProfile(
  { parent, resourceName, declaration, labels }: Making,
  role: aws.iam.Role,
): aws.rolesanywhere.Profile {
  return new aws.rolesanywhere.Profile(
    resourceName,
    {
      name: derive(
        part(declaration.tenant, (ref) => ref.name),
        (tenant) => profileName(tenant, declaration.name),
      ),
      roleArns: [role.arn],
      durationSeconds: profileSeconds,
      enabled: true,
      tags: labels,
    },
    { parent },
  );
}

/** Makes the identity by which AgentCore hands a workload the tokens of others. */
export function makeWorkloadIdentity({
  parent,
  resourceName,
  subject,
  declaration,
}: Making): aws.bedrock.AgentcoreWorkloadIdentity {
  const given = declaration.subject?.agentCore ?? {};
  return new aws.bedrock.AgentcoreWorkloadIdentity(
    resourceName,
    {
      name: derive(
        part(declaration.tenant, (ref) => ref.name),
        (tenant) => workloadIdentityName(tenant, declaration.name),
      ),
      ...(given.returnUrls !== undefined && {
        allowedResourceOauth2ReturnUrls: derive(given, (known) => [...returnUrls(subject, known)]),
      }),
    },
    { parent },
  );
}

/** Registers the pods of a ServiceAccount with SPIRE. Source: spire-controller-manager, ClusterSPIFFEID. */
function registerPods(making: Making): void {
  const { declaration, labels } = making;
  const { namespace } = trustingOf(declaration);
  entry(making, "ClusterSPIFFEID", {
    spiffeIDTemplate: podIdTemplate,
    ttl: x509Ttl,
    jwtTtl,
    hint: declaration.name,
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: labels },
    // The labels are what a pod says of itself; these are what the agent finds.
    workloadSelectorTemplates: [
      derive(namespace, (known) => `k8s:ns:${known}`),
      `k8s:sa:${accountOf(declaration)}`,
    ],
  });
}

/** Registers a workload outside Kubernetes with SPIRE. Source: spire-controller-manager, ClusterStaticEntry. */
function registerOutside(making: Making): void {
  const { declaration } = making;
  const tenant = part(declaration.tenant, (ref) => ref.name);
  const { provenBy: federation } = declaration;
  entry(making, "ClusterStaticEntry", {
    spiffeID: derive({ federation, tenant }, (known) =>
      outsideSpiffeId(
        readFederation(making.subject, known.federation) as KnownSpiffe,
        known.tenant,
        declaration.name,
      ),
    ),
    parentID: declaration.subject?.spiffe?.parentId,
    selectors: declaration.subject?.spiffe?.selectors,
    x509SVIDTTL: x509Ttl,
    jwtSVIDTTL: jwtTtl,
    hint: declaration.name,
  });
}

function entry(making: Making, kind: string, spec: object): void {
  const { parent, resourceName, declaration, labels } = making;
  const className = fromFederation(making, (known) =>
    known.kind === "spiffe" ? known.className : undefined,
  );
  new kubernetes.apiextensions.CustomResource(
    resourceName,
    {
      apiVersion: "spire.spiffe.io/v1alpha1",
      kind,
      metadata: {
        // Entries have no namespace, so that the tenant is part of the name.
        name: derive(
          part(declaration.tenant, (ref) => ref.name),
          (tenant) => objectName(tenant, declaration.name),
        ),
        labels,
      },
      spec: { ...(className !== undefined && { className }), ...spec },
    },
    { parent },
  );
}

function fromFederation<R>(
  { subject, declaration }: Making,
  take: (federation: KnownFederation) => R,
): R | pulumi.Output<R> {
  return derive(declaration.provenBy, (federation) => take(readFederation(subject, federation)));
}
