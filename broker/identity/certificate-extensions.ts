/** Whether a certificate states anything that is an authority's (source: RFC 5280, 4.2.1.3 and 4.2.1.9). */
export interface AuthorityMarks {
  /** `cA` of the basic constraints. */
  readonly isAuthority: boolean;
  readonly keyCertSign: boolean;
  readonly cRLSign: boolean;
}

/** Identifiers of the extensions, 2.5.29.19 and 2.5.29.15, in DER. */
const ids = {
  basicConstraints: Buffer.from("551d13", "hex"),
  keyUsage: Buffer.from("551d0f", "hex"),
} as const;

const tags = {
  ...{ sequence: 0x30, boolean: 0x01, bits: 0x03, octets: 0x04, id: 0x06, extensions: 0xa3 },
} as const;

/**
 * Reads what Node's `X509Certificate` does not show: its `ca` is false for an authority whose key may not sign certificates. Throws an
 * error for what is no certificate, and for an extension that is there twice.
 *
 * @param certificate in DER
 */
export function authorityMarksOf(certificate: Uint8Array): AuthorityMarks {
  const extensions = extensionsOf(certificate);
  const constraints = valueOf(extensions, ids.basicConstraints);
  const [first] =
    constraints === undefined ? [] : elementsOf(contentOf(constraints, tags.sequence));
  const isAuthority = first?.tag === tags.boolean && first.content.some((octet) => octet !== 0);
  const usage = valueOf(extensions, ids.keyUsage);
  // The first octet counts unused bits; bit 5 and bit 6 follow, from the most significant one.
  const [, bits = 0] = usage === undefined ? [] : contentOf(usage, tags.bits);
  return { isAuthority, keyCertSign: (bits & 0x04) !== 0, cRLSign: (bits & 0x02) !== 0 };
}

/** One element of DER (source: X.690, 8.1 and 10.1). */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Extensions, each as its elements: identifier, for some whether it is critical, value. */
function extensionsOf(certificate: Uint8Array): readonly (readonly Element[])[] {
  const [outer] = elementsOf(certificate);
  const [signed] = elementsOf(contentOf(outer, tags.sequence));
  const parts = elementsOf(contentOf(signed, tags.sequence));
  const wrapped = parts.find(({ tag }) => tag === tags.extensions);
  if (wrapped === undefined) return [];
  const [list] = elementsOf(wrapped.content);
  return elementsOf(contentOf(list, tags.sequence)).map((extension) =>
    elementsOf(contentOf(extension, tags.sequence)),
  );
}

function valueOf(extensions: readonly (readonly Element[])[], id: Buffer): Element | undefined {
  const [found, ...others] = extensions.filter(([first]) => id.equals(contentOf(first, tags.id)));
  if (others.length > 0) throw new Error("an extension is there twice");
  return found && elementsOf(contentOf(found.at(-1), tags.octets))[0];
}

function contentOf(element: Element | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) throw new Error(`there is no element with tag ${tag}`);
  return element.content;
}

function elementsOf(der: Uint8Array): readonly Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < der.length;) {
    const [tag = 0, short = 0x80] = der.subarray(at, at + 2);
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    const start = at + 2 + lengthBytes;
    const length =
      short < 0x80 ? short : der.subarray(at + 2, start).reduce((sum, each) => sum * 256 + each, 0);
    if (short === 0x80 || start + length > der.length) throw new Error("an element is cut off");
    elements.push({ tag, content: der.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}
