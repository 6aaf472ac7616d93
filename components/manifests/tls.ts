import type { Metadata } from "./objects";

/** Whose certificate cert-manager writes, where, and by which issuer. */
export interface Certificate<V, Hosts> {
  /** The Secret, in the broker's namespace. */
  readonly secret: V;
  /** Names of the broker's hosts. */
  readonly hosts: Hosts;
  readonly issuer: { readonly kind: string; readonly name: V };
}

/** The Certificate of a broker's address. Each renewal has a new key. Source: cert-manager.io, Certificate. */
export function certificateOf<V, Hosts>(
  metadata: Metadata<V>,
  { secret, hosts, issuer }: Certificate<V, Hosts>,
) {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata,
    spec: {
      secretName: secret,
      dnsNames: hosts,
      issuerRef: { group: "cert-manager.io", ...issuer },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      usages: ["digital signature", "server auth"],
    },
  };
}

/** What makes a Service an internal load balancer, without a port on each node. Source: AWS Load Balancer Controller, NLB. */
export const loadBalancer = {
  type: "LoadBalancer",
  loadBalancerClass: "service.k8s.aws/nlb",
  allocateLoadBalancerNodePorts: false,
} as const;

/**
 * Annotations by which the AWS Load Balancer Controller makes that load balancer, with a certificate of ACM. It encrypts again
 * to the pods. Source: AWS Load Balancer Controller, annotations of a Service.
 */
export function loadBalancerAnnotations<V>(certificateArn: V): Record<string, V | string> {
  const name = (end: string): string => `service.beta.kubernetes.io/aws-load-balancer-${end}`;
  return {
    [name("scheme")]: "internal",
    [name("nlb-target-type")]: "ip",
    [name("backend-protocol")]: "ssl",
    [name("ssl-ports")]: "443",
    [name("ssl-negotiation-policy")]: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    [name("ssl-cert")]: certificateArn,
  };
}
