import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { argumentError, exactlyOne, fitting, oneOf } from "../arguments/argument-error";
import { derive } from "../arguments/known";
import { kubernetesFor } from "../arguments/kubernetes-sdk";
import { objectNames } from "../manifests/names";
import { certificateOf, loadBalancerAnnotations } from "../manifests/tls";
import type { BrokerCertManager, TaskBrokerDeploymentArgs } from "./deployment-arguments";

/** The certificate of a broker's pods, and what answers at its address. */
type Certified = Pick<TaskBrokerDeploymentArgs, "tlsSecret" | "tls" | "ingress">;

const issuerKinds = ["ClusterIssuer", "Issuer"] as const;

/** Source: AWS Certificate Manager user guide, ARN of a certificate. */
const certificates = /^arn:aws[a-z-]*:acm:[a-z0-9-]{1,32}:\d{12}:certificate\/[\w-]{1,64}$/;

/** Refuses what is plain and wrong in how a broker gets its certificate. */
export function checkTls(subject: string, { tlsSecret, tls = {}, ingress = [] }: Certified): void {
  const { certManager, acm } = tls;
  exactlyOne(subject, "the certificate of the pods", {
    tlsSecret,
    "tls.certManager": certManager,
  });
  if (typeof tlsSecret === "string") checkSecret(subject, tlsSecret);
  if (certManager !== undefined) {
    const { name, kind = "ClusterIssuer" } = certManager.issuer;
    oneOf(subject, "tls.certManager.issuer.kind", kind, issuerKinds);
    if (typeof name === "string") checkIssuer(subject, name);
  }
  if (acm === undefined) return;
  if (typeof acm.certificateArn === "string") checkCertificate(subject, acm.certificateArn);
  if (ingress.some(({ cidr, operations = false }) => cidr !== undefined && !operations)) return;
  throw argumentError(
    subject,
    "tls.acm puts a load balancer before the pods, and the network policy would keep it from them; give the addresses of its subnets in `ingress`, such as `10.0.0.0/16` as `cidr`",
  );
}

/** Where a broker's certificate goes. */
interface CertificateMaking {
  readonly parent: pulumi.ComponentResource;
  readonly resourceName: string;
  /** How errors name the broker. */
  readonly subject: string;
  readonly metadata: {
    readonly name: pulumi.Input<string>;
    readonly namespace: pulumi.Input<string>;
    readonly labels: Record<string, pulumi.Input<string>>;
  };
  /** Addresses of the broker; some undefined. */
  readonly addresses: readonly pulumi.Input<string | undefined>[];
}

/** The Secret with a broker's certificate, and the Certificate by which cert-manager writes it. */
export function makeCertificate(
  making: CertificateMaking,
  { tlsSecret, tls = {} }: Certified,
): {
  readonly secret: pulumi.Input<string>;
  readonly made: readonly kubernetes.apiextensions.CustomResource[];
} {
  const { subject } = making;
  if (tls.certManager === undefined) {
    return { secret: derive(tlsSecret ?? "", (name) => checkSecret(subject, name)), made: [] };
  }
  const secret = derive(making.metadata.name, (name) => `${name}-tls`);
  return { secret, made: [makeOne(making, tls.certManager, secret)] };
}

function makeOne(
  { parent, resourceName, subject, metadata, addresses }: CertificateMaking,
  { issuer: { name, kind = "ClusterIssuer" } }: BrokerCertManager,
  secret: pulumi.Input<string>,
): kubernetes.apiextensions.CustomResource {
  const { CustomResource } = kubernetesFor(subject).apiextensions;
  return new CustomResource(
    resourceName,
    certificateOf(metadata, {
      secret,
      hosts: derive(addresses, hostsOf),
      issuer: { kind, name: derive(name, (known) => checkIssuer(subject, known)) },
    }),
    { parent },
  );
}

/** The hosts of some addresses, each once; what is no address is refused with the configuration. */
function hostsOf(addresses: readonly (string | undefined)[]): string[] {
  const hosts = addresses.flatMap((each) =>
    each !== undefined && URL.canParse(each) ? new URL(each).hostname : [],
  );
  return [...new Set(hosts)];
}

/** Annotations of the Service by which a load balancer answers at a broker's address; undefined where the pods do. */
export function balancedBy(
  subject: string,
  { tls = {} }: Certified,
): Record<string, pulumi.Input<string>> | undefined {
  if (tls.acm === undefined) return undefined;
  const arn = derive(tls.acm.certificateArn, (known) => checkCertificate(subject, known));
  return loadBalancerAnnotations<pulumi.Input<string>>(arn);
}

function checkSecret(subject: string, name: string): string {
  fitting(subject, "tlsSecret", name, objectNames, "the name of a Secret");
  return name;
}

function checkIssuer(subject: string, name: string): string {
  fitting(subject, "tls.certManager.issuer.name", name, objectNames, "the name of an issuer");
  return name;
}

function checkCertificate(subject: string, arn: string): string {
  const wanted =
    "the ARN of a certificate, such as `arn:aws:acm:eu-central-1:111122223333:certificate/0123`";
  fitting(subject, "tls.acm.certificateArn", arn, certificates, wanted);
  return arn;
}
