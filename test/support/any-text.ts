import fc from "fast-check";

/**
 * Text of any code points, of which UTF-8 has all.
 *
 * fast-check's own unit for it, `binary`, takes two seconds to build.
 */
export function anyText(maxLength = 40): fc.Arbitrary<string> {
  const point = fc.oneof(fc.nat(0xff), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }));
  return fc.array(point, { maxLength }).map((points) => String.fromCodePoint(...points));
}
