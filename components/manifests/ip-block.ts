/** Addresses of the EC2 instance metadata service. Source: Amazon EC2 user guide, instance metadata. */
const metadata = { v4: "169.254.169.254/32", v6: "fd00:ec2::254/128" };

/** Addresses that a NetworkPolicy allows, without the metadata service of nodes, which gives the node's identity. */
export interface IpBlock {
  readonly cidr: string;
  readonly except?: string[];
}

/** Reads a range of addresses for a NetworkPolicy; a text is what is wrong with it, and what to give. */
export function readIpBlock(cidr: string): IpBlock | string {
  const range = readRange(cidr);
  if (range === undefined) {
    return "is no range of addresses; give one such as `10.0.0.0/16`";
  }
  const hidden = range.bits === 32 ? metadata.v4 : metadata.v6;
  const inner = readRange(hidden);
  if (inner === undefined || !covers(range, inner)) return { cidr };
  if (range.length === inner.length) {
    return "is the metadata service, which gives pods the node's identity; leave it out";
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
