import type * as pulumi from "@pulumi/pulumi";
import { argumentError, exactlyOne } from "../arguments/argument-error";
import { federations, type FederationKind } from "../federations/all-federations";
import { checkNamespace } from "../arguments/naming";

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

/** Addresses of the EC2 instance metadata service. Source: Amazon EC2 user guide, instance metadata. */
const metadata = { v4: "169.254.169.254/32", v6: "fd00:ec2::254/128" };

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
    {
      to: [
        {
          namespaceSelector: inNamespace("kube-system"),
          podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
        },
      ],
      ports: [
        { port: 53, protocol: "UDP" },
        { port: 53, protocol: "TCP" },
      ],
    },
    ...[...new Set(kinds)].flatMap(toAgent),
    ...declared.map((egress, index) => ruleOf(subject, `egress[${index}]`, egress)),
  ];
}

/** Selects a namespace by its name. Source: kubernetes.io, automatic labelling of namespaces. */
export function inNamespace(name: pulumi.Input<string>): object {
  return { matchLabels: { "kubernetes.io/metadata.name": name } };
}

function toAgent(kind: FederationKind): readonly EgressRule[] {
  const { agent } = federations[kind];
  if (agent === undefined) return [];
  const to = agent.cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  return [{ to, ports: [{ port: agent.port, protocol: "TCP" }] }];
}

/** Port of a task broker's pods, for workloads and people. */
export const brokerPort = 8443;

/** The rule by which pods may send to a task broker of the cluster. */
export function brokerRule(namespace: string): EgressRule {
  return {
    to: [{ namespaceSelector: inNamespace(namespace) }],
    ports: [{ port: brokerPort, protocol: "TCP" }],
  };
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
  const range = readRange(cidr);
  if (range === undefined) {
    throw argumentError(
      subject,
      `${place} \`${cidr}\` is no range of addresses; give one such as \`10.0.0.0/16\``,
    );
  }
  const hidden = range.bits === 32 ? metadata.v4 : metadata.v6;
  const inner = readRange(hidden);
  if (inner === undefined || !covers(range, inner)) return { cidr };
  if (range.length === inner.length) {
    throw argumentError(
      subject,
      `${place} \`${cidr}\` is the metadata service, which gives pods the node's identity; leave it out`,
    );
  }
  return { cidr, except: [hidden] };
}

/** How many bits of a range's addresses are left open; undefined for what is no range. */
export function openBits(cidr: string): number | undefined {
  const range = readRange(cidr);
  return range === undefined ? undefined : range.bits - range.length;
}

/** A range of addresses as bits. */
interface Range {
  readonly bits: 32 | 128;
  readonly address: bigint;
  readonly length: number;
}

function covers(range: Range, inner: Range): boolean {
  const shift = BigInt(range.bits - range.length);
  return (
    range.bits === inner.bits &&
    range.length <= inner.length &&
    range.address >> shift === inner.address >> shift
  );
}

function readRange(cidr: string): Range | undefined {
  const [text = "", length = "", ...more] = cidr.split("/");
  const bits = text.includes(":") ? 128 : 32;
  const address = bits === 32 ? readV4(text) : readV6(text);
  if (address === undefined || more.length > 0 || !/^[0-9]{1,3}$/.test(length)) return undefined;
  return Number(length) > bits ? undefined : { bits, address, length: Number(length) };
}

function readV4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let address = 0n;
  for (const part of parts) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined;
    address = address * 256n + BigInt(part);
  }
  return address;
}

/** Reads an IPv6 address of groups in hexadecimal, with at most one `::`. */
function readV6(text: string): bigint | undefined {
  const halves = text.split("::");
  const [left = "", right] = halves;
  if (halves.length > 2) return undefined;
  const groupsOf = (half: string) => (half === "" ? [] : half.split(":"));
  const before = groupsOf(left);
  const after = groupsOf(right ?? "");
  const missing = 8 - before.length - after.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array<string>(missing).fill("0"), ...after];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((address, group) => address * 65_536n + BigInt(`0x${group}`), 0n);
}
