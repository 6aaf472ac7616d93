import type * as pulumi from "@pulumi/pulumi";
import { parseSpiffeId, printSpiffeId } from "../../core/spiffe-id";
import { argumentError, fitting } from "../arguments/argument-error";
import { stsAudience } from "../documents/trust";
import { audienceWanted, exactText } from "../arguments/exact-text";
import { kubernetesFor } from "../arguments/kubernetes-sdk";
import { derive } from "../arguments/known";
import { objectName } from "../arguments/naming";
import { roleVariables } from "../arguments/pod-parts";
import { byToken, type Federation, type Registration } from "./federation";
import { readProvider, type KnownProvider } from "./oidc-provider";

/** SPIRE; AWS accepts the JWT-SVIDs of its workloads through SPIRE's OIDC discovery provider. */
export interface SpiffeFederation {
  /** ARN of the IAM OIDC provider of SPIRE's OIDC discovery provider, in the account where the tenant's roles are made. */
  providerArn: pulumi.Input<string>;
  /** Trust domain of the SPIRE server, such as `example.org`. */
  trustDomain: pulumi.Input<string>;
  /**
   * Name of the cluster as in the configuration of SPIRE's controller manager; it distinguishes clusters of one trust domain.
   */
  clusterName: pulumi.Input<string>;
  /** Class of the controller manager that registers the workloads. Default: the one without a class. */
  className?: pulumi.Input<string>;
  /** Audience of the JWT-SVIDs; the IAM OIDC provider has to list it. Default: `sts.amazonaws.com`. */
  audience?: pulumi.Input<string>;
}

/** A workload outside Kubernetes that a SPIRE agent attests. */
export interface SpiffeSubject {
  /** SPIFFE ID of the agents that attest it, in the same trust domain. */
  parentId: pulumi.Input<string>;
  /** What the agent has to find, all of it, such as `unix:uid:1001`; no other workload of those agents may have it. */
  selectors: pulumi.Input<string>[];
}

/** SPIRE with all values known and checked. */
interface KnownSpiffe extends KnownProvider {
  readonly audience: string;
  readonly trustDomain: string;
  readonly clusterName: string;
  readonly className: string | undefined;
}

/** SPIFFE ID of a pod from data of the API server, so that a pod with false labels gets no other's. */
const podIdTemplate =
  "spiffe://{{ .TrustDomain }}/cluster/{{ .ClusterName }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}";

const segments = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,253}$/;
const selectors = /^[a-z0-9_]+:[^\s\p{C}]{1,1000}$/u;

/** Lifetime of X.509-SVIDs, which SPIRE renews by itself. */
const x509Ttl = "1h";

/** Lifetime of JWT-SVIDs, which are requested when they are needed. */
const jwtTtl = "5m";

/** Name of the volume, and of its folder, that has the Workload API. */
const workloadApi = "spiffe-workload-api";

/** SPIRE. */
export const spiffe: Federation<SpiffeFederation, KnownSpiffe, SpiffeSubject | undefined> = {
  knownBy: "either",
  read: readSpiffe,
  cluster: ({ trustDomain, clusterName }) => `${trustDomain}/${clusterName}`,
  trust: (subject, known, { tenant, namespace, name, serviceAccount }, given) => {
    const { trustDomain } = known;
    const id =
      given === undefined
        ? podSpiffeId(known, namespace, serviceAccount)
        : outsideSpiffeId(trustDomain, tenant, name);
    return {
      ...byToken({ ...known, subject: id }),
      token: { kind: "spiffe", issuer: trustDomain, subject: id },
      ...(given !== undefined && { attestedBy: attestedBy(subject, known, given) }),
    };
  },
  // The Workload API, by the SPIFFE CSI driver. Source: github.com/spiffe/spiffe-csi; SPIFFE Workload Endpoint, section 4.
  proof: (role) => ({
    volumes: [{ name: workloadApi, csi: { driver: "csi.spiffe.io", readOnly: true } }],
    env: [
      ...roleVariables(role),
      { name: "SPIFFE_ENDPOINT_SOCKET", value: `unix:///${workloadApi}/spire-agent.sock` },
    ],
    volumeMounts: [{ name: workloadApi, mountPath: `/${workloadApi}`, readOnly: true }],
  }),
  register: (registration) => {
    if (registration.given === undefined) registerPods(registration);
    else registerOutside(registration, registration.given);
    return undefined;
  },
};

/** Registers the pods of a ServiceAccount with SPIRE. Source: spire-controller-manager, ClusterSPIFFEID. */
function registerPods(registration: Registration<KnownSpiffe>): void {
  const { name, namespace, serviceAccount, labels } = registration;
  makeEntry(registration, "ClusterSPIFFEID", {
    spiffeIDTemplate: podIdTemplate,
    ttl: x509Ttl,
    jwtTtl,
    hint: name,
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: labels },
    // A pod sets its labels itself; the agent attests these.
    workloadSelectorTemplates: [
      derive(namespace, (known) => `k8s:ns:${known}`),
      `k8s:sa:${serviceAccount}`,
    ],
  });
}

/** Registers a workload outside Kubernetes with SPIRE. Source: spire-controller-manager, ClusterStaticEntry. */
function registerOutside(
  registration: Registration<KnownSpiffe>,
  { parentId, selectors }: SpiffeSubject,
): void {
  const { tenant, name, from } = registration;
  const trustDomain = from((known) => known.trustDomain);
  makeEntry(registration, "ClusterStaticEntry", {
    spiffeID: derive({ trustDomain, tenant }, (known) =>
      outsideSpiffeId(known.trustDomain, known.tenant, name),
    ),
    parentID: parentId,
    selectors,
    x509SVIDTTL: x509Ttl,
    jwtSVIDTTL: jwtTtl,
    hint: name,
  });
}

function makeEntry(
  { parent, resourceName, subject, tenant, name, labels, from }: Registration<KnownSpiffe>,
  kind: string,
  spec: object,
): void {
  const kubernetes = kubernetesFor(subject);
  const className = from((known) => known.className);
  new kubernetes.apiextensions.CustomResource(
    resourceName,
    {
      apiVersion: "spire.spiffe.io/v1alpha1",
      kind,
      metadata: {
        // Entries have no namespace, so that the tenant is part of the name.
        name: derive(tenant, (known) => objectName(known, name)),
        labels,
      },
      spec: { ...(className !== undefined && { className }), ...spec },
    },
    { parent },
  );
}

function readSpiffe(subject: string, given: pulumi.Unwrap<SpiffeFederation>): KnownSpiffe {
  const { trustDomain, clusterName, className, audience = stsAudience } = given;
  const provider = readProvider(subject, given.providerArn, "oidc-discovery.example.org");
  const parsed = parseSpiffeId(`spiffe://${trustDomain}`);
  if (!parsed.ok || parsed.id.segments.length > 0 || parsed.id.trustDomain !== trustDomain) {
    throw argumentError(
      subject,
      `trustDomain is \`${trustDomain}\`; give the trust domain alone and in lowercase, such as \`example.org\``,
    );
  }
  fitting(
    subject,
    "clusterName",
    clusterName,
    segments,
    "letters, digits, `.`, `-` and `_`, such as `prod`",
  );
  const wanted = "the name of a class, of letters, digits, `.`, `-` and `_`";
  if (className !== undefined) fitting(subject, "className", className, segments, wanted);
  fitting(subject, "audience", audience, exactText, audienceWanted);
  return { ...provider, audience, trustDomain, clusterName, className };
}

/** SPIFFE ID of the pods of a ServiceAccount, as {@link podIdTemplate} makes it. */
function podSpiffeId(
  { trustDomain, clusterName }: KnownSpiffe,
  namespace: string,
  serviceAccount: string,
): string {
  const path = ["cluster", clusterName, "ns", namespace, "sa", serviceAccount];
  return printSpiffeId({ trustDomain, segments: path });
}

/** SPIFFE ID of a workload outside Kubernetes; tenants and clusters start differently. */
function outsideSpiffeId(trustDomain: string, tenant: string, name: string): string {
  return printSpiffeId({ trustDomain, segments: ["tenant", tenant, "workload", name] });
}

/** What a SPIRE agent attests a workload outside Kubernetes by, or an error that names `subject`. */
function attestedBy(
  subject: string,
  { trustDomain }: KnownSpiffe,
  given: pulumi.Unwrap<SpiffeSubject>,
): string {
  const parsed = parseSpiffeId(given.parentId);
  if (!parsed.ok || parsed.id.trustDomain !== trustDomain || parsed.id.segments.length === 0) {
    throw argumentError(
      subject,
      `subject.spiffe.parentId is \`${given.parentId}\`; give the SPIFFE ID of the agents in \`${trustDomain}\`, such as \`spiffe://${trustDomain}/spire/agent/aws_iid/EXAMPLE\``,
    );
  }
  if (given.selectors.length === 0) {
    throw argumentError(
      subject,
      "subject.spiffe.selectors is empty; give what the agent has to find, such as `unix:uid:1001`",
    );
  }
  for (const selector of given.selectors) {
    fitting(
      subject,
      "subject.spiffe.selectors",
      selector,
      selectors,
      "type and value, such as `unix:uid:1001`",
    );
  }
  return `${[...given.selectors].sort().join(" ")} at ${given.parentId}`;
}
