import { isUtf8 } from "node:buffer";

/**
 * The text of a manifest, of which kubectl knows the encoding by its byte order mark: UTF-16, and UTF-8 with one or none.
 *
 * Source: https://github.com/kubernetes/cli-runtime/blob/v0.36.3/pkg/resource/visitor.go, `FileVisitor`.
 *
 * @returns undefined where it is no text
 */
export function manifestText(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return utf16(bytes.subarray(2));
  if (first === 0xfe && second === 0xff) {
    const even = bytes.length % 2 === 0 ? Buffer.from(bytes.subarray(2)).swap16() : undefined;
    return even === undefined ? undefined : utf16(even);
  }
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString("utf8");
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function utf16(bytes: Buffer): string | undefined {
  const text = bytes.toString("utf16le");
  return bytes.length % 2 === 0 && !/\p{Surrogate}/u.test(text) ? text : undefined;
}
