import { createHmac, randomBytes } from "node:crypto";
import { longestText } from "../../domain/secrets/longest-text";
import { gitleaksFormatsIn, gitleaksKeyIn } from "../../domain/secrets/gitleaks-formats";
import { piecesIn } from "../../domain/secrets/pieces";
import { isPublishableName } from "../../domain/secrets/name";
import {
  isAuthorization,
  isNoCredential,
  namedValue,
  passwordInUrl,
  shortestCredential,
} from "../../domain/secrets/value";
import { lastingTokensIn } from "../../domain/secrets/web-tokens";
import { vendorFormatsIn } from "../../domain/secrets/vendor-formats";
import type { Credential } from "./credential";
import { formatsIn, type Format } from "./formats";

export { loadFormats } from "./formats";

/** Distinguishes credentials from other strings. */
export interface Detector {
  /** Looks for credential formats in strings, ahead of {@link Detector.credentialIn}. */
  readonly prepare: (strings: readonly string[]) => Promise<void>;
  /**
   * The kind of credential that a text under a name is, or undefined for none.
   *
   * Formats are recognised in prepared strings, and in the values that they assign to names.
   */
  readonly credentialIn: (text: string, under: string | undefined) => Credential | undefined;
}

/** Shortest text with a format. */
const shortestFormat = 12;
/** Characters of a text that the detector gets at once; parts of a longer one overlap by more than a format is long. */
const longestPart = 262_144;
const overlap = 16_384;
/** Characters handed to the detector at once: enough to spread what a call costs, few enough to answer soon. */
const batchLength = 200_000;
const usuallyCached = 50_000;
/** Formats of URLs that carry a password, as the detector calls them. */
const inUrls = new Set(["basicauth", "database-connection-string"]);

/**
 * Creates a detector of credentials: formats by a maintained detector, and values by their names.
 *
 * Its cache of strings is only in memory, under a hash.
 *
 * @param mostCached how many strings with a format, and how many without, are cached. Default 50,000
 */
export function createDetector(mostCached = usuallyCached): Detector {
  const clean = new Set<string>();
  const formats = new Map<string, Omit<Credential, "severity">>();

  const isKnown = (text: string): boolean => {
    const known = keyOf(text);
    return clean.has(known) || formats.has(known);
  };

  return {
    async prepare(strings) {
      const candidates = new Set<string>();
      for (const text of strings) {
        for (const piece of [text, ...piecesIn(text).map((each) => each.text)]) {
          if (mayContainFormat(piece) && !isKnown(piece)) candidates.add(piece);
        }
      }
      for (const batch of batchesOf(candidates)) {
        const found = await formatsIn(
          batch.flatMap((text) => partsOf(text).map((part) => part.text)),
        );
        for (const text of batch) {
          const first = partsOf(text)
            .flatMap((part) =>
              (found.get(part.text) ?? []).map((one) => ({ ...one, index: part.at + one.index })),
            )
            .find((one) => !isNoCredential(one.text, undefined));
          if (first === undefined) clean.add(keyOf(text));
          else formats.set(keyOf(text), placed(first, text));
          forgetOldest(formats, mostCached);
          forgetOldest(clean, mostCached);
        }
      }
    },
    credentialIn(text, under) {
      if (text.length < shortestCredential) return undefined;
      const known =
        formats.size > 0 && mayContainFormat(text) ? formats.get(keyOf(text)) : undefined;
      if (known !== undefined && !(under !== undefined && isPublishableName(under))) {
        const isWeak = inUrls.has(known.format ?? "") && passwordInUrl(text) === "word";
        return { ...known, severity: isWeak ? "medium" : "critical" };
      }
      // The exemption whatever the format is takes longest, and few texts get this far.
      const found = plainCredentialIn(text, under);
      return found === undefined || isNoCredential(text, under) ? undefined : found;
    },
  };
}

/** What is stored about a format that was found in a text: its position, not the text. */
function placed(
  { what, format, text, index }: Format,
  within: string,
): Omit<Credential, "severity"> {
  if (text.length === within.length) return { what, format };
  return { what, format, start: index, end: index + text.length };
}

/** The kind of credential that a text is by its content, or by its name. */
function plainCredentialIn(text: string, under: string | undefined): Credential | undefined {
  const isReal = ({ text: found }: Format): boolean => !isNoCredential(found, undefined);
  const vendors =
    vendorFormatsIn(text).find(isReal) ??
    gitleaksFormatsIn(text).find(isReal) ??
    lastingTokensIn(text).find(isReal);
  if (vendors !== undefined) {
    return { ...placed(vendors, text), severity: "critical" };
  }
  const inUrl = passwordInUrl(text);
  if (inUrl !== "none") {
    return { what: "password in a URL", severity: inUrl === "word" ? "medium" : "critical" };
  }
  if (isAuthorization(text)) {
    return { what: "token or password in an Authorization header", severity: "critical" };
  }
  switch (namedValue(text, under)) {
    case "credential":
      return { what: `value of ${under ?? ""}`, severity: "critical" };
    case "word":
      return { what: `value of ${under ?? ""}`, severity: "medium" };
    case "none":
      return keyOfVendor(text, under);
  }
}

/** A value under a name that only with its vendor's is one of a credential: `ALGOLIA_KEY`. */
function keyOfVendor(text: string, under: string | undefined): Credential | undefined {
  if (under === undefined || isPublishableName(under)) return undefined;
  const found = gitleaksKeyIn(text, under);
  return found && { ...found, severity: "critical" };
}

/**
 * Whether a text is worth the detector's time.
 *
 * Formats are long runs of letters and digits, URLs with a password, or PEM; a Slack webhook has a run as well. Names,
 * images, labels and most ARNs are passed over.
 */
function mayContainFormat(text: string): boolean {
  if (text.length < shortestFormat || text.length > longestText) return false;
  if (text.includes("-----BEGIN") || (text.includes("://") && text.includes("@"))) return true;
  for (const [run] of text.matchAll(/[\w+-]{16,}/g)) if (/\d/.test(run)) return true;
  return false;
}

/** The parts of a text that the detector gets one by one, and where each begins. */
function partsOf(text: string): readonly { readonly text: string; readonly at: number }[] {
  const parts: { text: string; at: number }[] = [];
  for (let at = 0; at === 0 || at + overlap < text.length; at += longestPart - overlap) {
    parts.push({ text: text.slice(at, at + longestPart), at });
  }
  return parts;
}

function* batchesOf(texts: Iterable<string>): Iterable<readonly string[]> {
  let batch: string[] = [];
  let length = 0;
  for (const text of texts) {
    if (length > 0 && length + text.length > batchLength) {
      yield batch;
      batch = [];
      length = 0;
    }
    batch.push(text);
    length += text.length;
  }
  if (batch.length > 0) yield batch;
}

const key = randomBytes(32);

/** A stand-in for a string, keyed with a key of this process, so that the cache contains no values. */
function keyOf(text: string): string {
  return createHmac("sha256", key).update(text).digest("base64");
}

/** Forgets the oldest where there are more than so many. */
function forgetOldest(known: Map<string, unknown> | Set<string>, most: number): void {
  if (known.size <= most) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}
