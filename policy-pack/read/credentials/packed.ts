import { gunzipSync } from "node:zlib";
import { longestText } from "../../domain/secrets/longest-text";
import { decodedBase64 } from "../../domain/secrets/pieces";

/** How many texts may be nested: an archive of parts, of which one is compressed and encoded. */
const deepest = 4;

/**
 * The text of user data or of a file, however it is packed: base64, gzip, the parts of a MIME archive, files of a cloud config.
 *
 * Source: EC2 user guide, user data; cloud-init documentation, user data formats.
 */
export function unpackedText(text: string): string {
  return unpacked(text, deepest);
}

/** Whether a text looks compressed, and cannot be read: it is broken, or becomes longer than is looked at. */
export function isUnreadable(text: string): boolean {
  return startsAsGzip(text) && gunzipped(text) === undefined;
}

function startsAsGzip(text: string): boolean {
  return /^\s*H4sI[A-Za-z0-9+/=\s]{16,}$/.test(text);
}

/** Whether a text looks packed in another way than base64, so that it is worth unpacking. */
export function mayBePacked(text: string): boolean {
  return /^\s*(?:H4sI|#cloud-config)|multipart\//i.test(text);
}

function unpacked(text: string, depth: number): string {
  if (depth === 0) return text;
  const inner = decodedBase64(text) ?? gunzipped(text);
  if (inner !== undefined) return unpacked(inner, depth - 1);
  const parts = partsOf(text);
  if (parts.length > 0) return parts.map((part) => unpacked(part, depth - 1)).join("\n");
  return withFiles(text, depth);
}

/** The text in base64 of gzip; undefined where it is none. */
function gunzipped(text: string): string | undefined {
  const compact = text.replace(/\s/g, "");
  // The first bytes of gzip.
  if (!compact.startsWith("H4sI") || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  try {
    const bytes = gunzipSync(Buffer.from(compact, "base64"), { maxOutputLength: longestText });
    return bytes.toString("utf8");
  } catch {
    return undefined;
  }
}

/** The bodies of the parts of a MIME archive; none where the text is no such archive. */
function partsOf(text: string): readonly string[] {
  const boundary =
    /^content-type:\s{0,40}multipart\/[^\r\n]{0,400}?boundary="?([^"\r\n;]{1,70})"?/im.exec(
      text,
    )?.[1];
  if (boundary === undefined || text.length > longestText) return [];
  return text
    .split(`--${boundary.trim()}`)
    .slice(1)
    .flatMap((part) => {
      const body = /\r?\n[ \t]*\r?\n([\s\S]*)$/.exec(part)?.[1];
      return body === undefined ? [] : [body.trim()];
    });
}

/** A cloud config with what its `write_files` have encoded: `encoding: gz+b64`. */
function withFiles(text: string, depth: number): string {
  if (!/^\s*#cloud-config/.test(text) || text.length > longestText) return text;
  const files = [
    ...text.matchAll(
      /\bcontent:\s{0,4}(?:!!binary\s)?[|>]?-?\s{0,80}["']?([A-Za-z0-9+/=]{16,65536})/g,
    ),
  ];
  const inner = files.flatMap(([, encoded = ""]) => {
    const plain = unpacked(encoded, depth - 1);
    return plain === encoded ? [] : [plain];
  });
  return [text, ...inner].join("\n");
}
