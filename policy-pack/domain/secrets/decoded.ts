import { constants, gunzipSync } from "node:zlib";
import { longestText } from "./longest-text";
import { stand } from "./stand";

/** What a text is a package of: the texts in it, or why they cannot be read. */
export interface Decoded {
  readonly texts: readonly string[];
  /** Whether the text says nothing else than these. */
  readonly isWhole?: true;
  readonly problem?: string;
}

const nothing: Decoded = { texts: [] };

/** Shortest base64 that is taken for a package, and not for a word. */
const shortestPackage = 16;

/**
 * The texts that a text is a package of: base64, also for URLs and in a data URL, gzip, the parts of a MIME archive, and a text whose
 * quotes are escaped.
 *
 * One step is done. A text that is partly unknown is decoded up to there, with a stand-in for the rest.
 *
 * Source: RFC 4648; RFC 2397; RFC 1952; EC2 user guide and cloud-init, user data formats.
 */
export function decodedOnce(text: string): Decoded {
  if (text.length < shortestPackage || text.length > longestText) return nothing;
  const encoded = dataUrl.exec(text)?.[1] ?? text;
  const bytes = bytesIn(encoded);
  if (bytes !== undefined) {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipped(bytes, encoded.includes(stand));
    const plain = textOf(bytes, encoded.includes(stand));
    return plain === undefined ? nothing : { texts: [plain], isWhole: true };
  }
  const parts = mimePartsOf(text);
  if (parts.length > 0) return { texts: parts, isWhole: true };
  return /^[^"]{0,400}\\"/.test(text) ? { texts: [unescaped(text)] } : nothing;
}

/** The text in a base64 string, or undefined where it is not base64 of readable UTF-8. */
export function decodedBase64(text: string): string | undefined {
  const compact = text.replace(/\s/g, "");
  if (compact.length < 8 || compact.length > longestText || compact.length % 4 !== 0) {
    return undefined;
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  return readable(Buffer.from(compact, "base64").toString("utf8"));
}

const dataUrl = /^\s{0,40}data:[\w.+;=/-]{0,120};base64,([\w+/=-]+)\s{0,40}$/;

/** The bytes in base64 of either alphabet, with or without padding; those before what is unknown. */
function bytesIn(text: string): Buffer | undefined {
  // Most texts have another character soon.
  if (!/^[\w+/=\s-]*$/.test(text)) return undefined;
  const [known = "", rest] = text.replace(/\s/g, "").split(stand, 2);
  const compact = rest === undefined ? known : known.slice(0, known.length - (known.length % 4));
  if (compact.length < shortestPackage) return undefined;
  const digits = compact.replace(/={1,2}$/, "");
  if (digits.length % 4 === 1) return undefined;
  if (!/^[A-Za-z0-9+/]+$/.test(digits) && !/^[\w-]+$/.test(digits)) return undefined;
  return Buffer.from(digits, "base64");
}

function textOf(bytes: Buffer, isCut: boolean): string | undefined {
  const text = bytes.toString("utf8");
  const plain = readable(isCut ? text.replace(/\ufffd$/, "") : text);
  return plain === undefined || !isCut ? plain : plain + stand;
}

function readable(text: string): string | undefined {
  return /[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text) ? undefined : text;
}

function gunzipped(bytes: Buffer, isCut: boolean): Decoded {
  try {
    const finishFlush = isCut ? constants.Z_SYNC_FLUSH : constants.Z_FINISH;
    const plain = gunzipSync(bytes, { maxOutputLength: longestText, finishFlush });
    const text = textOf(plain, isCut);
    // What is compressed within is read as it is encoded around.
    return { texts: [text ?? plain.toString("base64")], isWhole: true };
  } catch {
    return { texts: [], problem: "is compressed and cannot be read" };
  }
}

/** The bodies of the parts of a MIME archive; none where the text is no such archive. */
function mimePartsOf(text: string): readonly string[] {
  if (!/multipart\//i.test(text)) return [];
  const boundary =
    /^content-type:\s{0,40}multipart\/[^\r\n]{0,400}?boundary="?([^"\r\n;]{1,70})"?/im.exec(
      text,
    )?.[1];
  if (boundary === undefined) return [];
  return text
    .split(`--${boundary.trim()}`)
    .slice(1)
    .flatMap((part) => {
      const body = /\r?\n[ \t]*\r?\n([\s\S]*)$/.exec(part)?.[1];
      return body === undefined ? [] : [body.trim()];
    });
}

/** A text with one layer of escapes removed. */
export function unescaped(text: string): string {
  return text.replace(/\\(["\\/nrt])/g, (_, character: string) => escapes[character] ?? character);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
