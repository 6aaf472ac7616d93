import { argumentError, exactlyOne } from "../arguments/argument-error";
import { federations, type FederationKind } from "../federations/all-federations";
import { checkNamespace } from "../arguments/naming";
import { readIpBlock } from "../manifests/ip-block";
import { inNamespace, openPorts, toDns } from "../manifests/objects";

/** Where a tenant's pods may send to; give exactly one of `cidr` and `namespace`. */
export interface Egress {
  /** Addresses, such as `10.0.0.0/16`; the metadata service of nodes, which gives the node's identity, is always left out. */
  cidr?: string;
  /** Namespace of the same cluster. */
  namespace?: string;
  /** Ports, 1 to 65535; at least one. */
  ports: number[];
  /** `TCP` or `UDP`. Default: `TCP`. */
  protocol?: string;
}

/** A rule of a NetworkPolicy by which pods may send. */
export interface EgressRule {
  readonly to: object[];
  readonly ports?: { readonly port: number; readonly protocol: string }[];
}

/**
 * What pods may send: within the namespace, to the cluster's DNS, to the source of their credentials, and to configured
 * destinations.
 */
export function egressRules(
  subject: string,
  kinds: readonly FederationKind[],
  declared: readonly Egress[],
): EgressRule[] {
  return [{ to: [{ podSelector: {} }] }, ...ownEgressRules(subject, kinds, declared)];
}

/** What pods with egress of their own may send: as {@link egressRules}, but not within the namespace. */
export function ownEgressRules(
  subject: string,
  kinds: readonly FederationKind[],
  declared: readonly Egress[],
): EgressRule[] {
  return [
    toDns(),
    ...[...new Set(kinds)].flatMap(toAgent),
    ...declared.map((egress, index) => ruleOf(subject, `egress[${index}]`, egress)),
  ];
}

function toAgent(kind: FederationKind): readonly EgressRule[] {
  const { agent } = federations[kind];
  if (agent === undefined) return [];
  const to = agent.cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  return [{ to, ports: [{ port: agent.port, protocol: "TCP" }] }];
}

/** The rule by which pods may send to a task broker of the cluster, and to its port for mutual TLS where it has one. */
export function brokerRule(namespace: string, mtlsPort: number | undefined): EgressRule {
  return { to: [{ namespaceSelector: inNamespace(namespace) }], ports: openPorts(mtlsPort) };
}

/** The rule by which pods may send to one place, or an error that names `subject` and `argument`. */
export function ruleOf(subject: string, argument: string, egress: Egress): EgressRule {
  const { cidr, namespace, ports, protocol = "TCP" } = egress;
  exactlyOne(subject, argument, { cidr, namespace });
  if (protocol !== "TCP" && protocol !== "UDP") {
    throw argumentError(
      subject,
      `${argument}.protocol \`${protocol}\` is unknown; give \`TCP\` or \`UDP\``,
    );
  }
  if (namespace !== undefined) checkNamespace(subject, `${argument}.namespace`, namespace);
  if (ports.length === 0) {
    throw argumentError(subject, `${argument} names no port; give each, such as 443`);
  }
  for (const port of ports) checkPort(subject, argument, port);
  return {
    to: [
      cidr === undefined
        ? { namespaceSelector: inNamespace(namespace ?? "") }
        : { ipBlock: blockOf(subject, `${argument}.cidr`, cidr) },
    ],
    ports: ports.map((port) => ({ port, protocol })),
  };
}

/** The rule by which pods may send to addresses, or an error that names `subject`, and `argument` or `place`. */
export function addressRule(
  subject: string,
  argument: string,
  place: string,
  { cidr, port }: { readonly cidr: string; readonly port: number },
): EgressRule {
  checkPort(subject, argument, port);
  return {
    to: [{ ipBlock: blockOf(subject, place, cidr) }],
    ports: [{ port, protocol: "TCP" }],
  };
}

function checkPort(subject: string, argument: string, port: number): void {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return;
  throw argumentError(subject, `${argument} port \`${port}\` is none; give 1 to 65535`);
}

function blockOf(subject: string, place: string, cidr: string): object {
  const block = readIpBlock(cidr);
  if (typeof block === "string") throw argumentError(subject, `${place} \`${cidr}\` ${block}`);
  return block;
}
