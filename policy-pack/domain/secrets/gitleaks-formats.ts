import data from "./gitleaks-formats.json";
import { wordsOf } from "./name";
import type { VendorFormat } from "./vendor-formats";

/** A row of `gitleaks-formats.json`: a text that is a credential by its form. */
interface Row {
  readonly what: string;
  readonly format: string;
  readonly keywords: readonly string[];
  readonly pattern: string;
  readonly entropy?: number;
  readonly except?: readonly string[];
}

/** One that is a credential by its form and the name of its vendor. */
interface NamedRow {
  readonly what: string;
  readonly format: string;
  readonly names: string;
  readonly value: string;
  readonly entropy?: number;
}

const rows: readonly Row[] = data.formats;
const namedRows: readonly NamedRow[] = data.named;

const formats = rows.map(({ pattern, except = [], entropy = 0, ...row }) => ({
  ...row,
  entropy,
  pattern: new RegExp(`(?<![\\w-])(?:${pattern})(?![\\w-])`, "g"),
  except: except.map((each) => new RegExp(each)),
}));

const named = namedRows.map(({ names, value, entropy = 0, ...row }) => ({
  ...row,
  entropy,
  names: new RegExp(`(?:^|_)(?:${names})_keys?$`),
  value: new RegExp(`^(?:${value})$`),
}));

/** Whether a text has a long run of characters with a digit, without which it has none of the formats. */
function mayHaveFormat(text: string): boolean {
  for (const [run] of text.matchAll(/[\w.~%-]{16,}/g)) if (/\d/.test(run)) return true;
  return false;
}

/** The credentials in a text that have one of these formats. */
export function gitleaksFormatsIn(text: string): readonly VendorFormat[] {
  if (!mayHaveFormat(text)) return [];
  const lower = text.toLowerCase();
  return formats
    .filter(({ keywords }) => keywords.some((keyword) => lower.includes(keyword)))
    .flatMap(({ what, format, pattern, entropy, except }) =>
      [...text.matchAll(pattern)]
        .filter(([found]) => entropyOf(found) > entropy && !except.some((each) => each.test(found)))
        .map(({ 0: found, index }) => ({ what, format, text: found, index })),
    );
}

/** What a value under the name of a vendor's key is, by both: `ALGOLIA_KEY`. */
export function gitleaksKeyIn(
  text: string,
  under: string,
): Pick<VendorFormat, "what" | "format"> | undefined {
  const name = wordsOf(under).join("_");
  if (!/_keys?$/.test(name)) return undefined;
  const value = text.trim();
  const found = named.find(
    (row) => row.names.test(name) && row.value.test(value) && entropyOf(value) > row.entropy,
  );
  return found && { what: found.what, format: found.format };
}

/** Shannon's entropy of the characters of a text, in bits: what gitleaks' thresholds are of. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}
