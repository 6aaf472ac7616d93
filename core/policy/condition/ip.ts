/** `IpAddress`: an IPv4 or IPv6 address in a range such as `203.0.113.0/24`; without `/`, that address alone. */
export function inAddressRange(given: string, wanted: { text: string }): boolean {
  const [start = "", length, ...more] = wanted.text.split("/");
  const address = bitsOf(given);
  const range = bitsOf(start);
  if (address?.length !== range?.length || address === undefined || range === undefined)
    return false;
  if (more.length > 0 || (length !== undefined && !/^[0-9]{1,3}$/.test(length))) return false;
  const prefix = length === undefined ? range.length : Number(length);
  return prefix <= range.length && address.slice(0, prefix) === range.slice(0, prefix);
}

/** The address as 32 or 128 binary digits; undefined where it is none. */
function bitsOf(address: string): string | undefined {
  if (address.includes(":")) return bitsOfIpv6(address);
  const bytes = address.split(".");
  if (bytes.length !== 4) return undefined;
  return joinBits(bytes.map((byte) => digits(byte, /^[0-9]{1,3}$/, 10, 255, 8)));
}

function bitsOfIpv6(address: string): string | undefined {
  const [head = "", tail, ...more] = address.split("::");
  if (more.length > 0) return undefined;
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array.from({ length: missing }, () => "0"), ...after];
  return joinBits(groups.map((group) => digits(group, /^[0-9a-f]{1,4}$/i, 16, 65_535, 16)));
}

function groupsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}

function digits(
  text: string,
  form: RegExp,
  radix: number,
  most: number,
  width: number,
): string | undefined {
  const value = parseInt(text, radix);
  return form.test(text) && value <= most ? value.toString(2).padStart(width, "0") : undefined;
}

function joinBits(parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join("");
}
