import data from "./vendor-formats.json";

/** Credentials of one vendor, or of one standard: a row of `vendor-formats.json`. */
interface VendorKey {
  /** The readable name of the format. */
  readonly what: string;
  readonly format: string;
  /** The provider of models whose key it is, as `model-providers.json` names it. */
  readonly provider?: string;
  /** Environment variables in which the vendor's tools look for it. */
  readonly variables: readonly string[];
  /** Texts of which each match of the pattern contains one. */
  readonly starts?: readonly string[];
  readonly pattern?: string;
}

/** A credential in the format of a vendor, and where it is in a text. */
export interface VendorFormat {
  readonly what: string;
  readonly format: string;
  readonly text: string;
  readonly index: number;
}

const keys: readonly VendorKey[] = data.keys;

const formats = keys.flatMap(({ what, format, starts = [], pattern }) =>
  pattern === undefined
    ? []
    : [{ what, format, starts, pattern: new RegExp(`(?<![\\w-])(?:${pattern})(?![\\w-])`, "g") }],
);

/** A text of which each match of any pattern contains one; most texts are passed over by this. */
const anyStart = new RegExp(
  formats
    .flatMap(({ starts }) => starts)
    .map((start) => start.replace(/[^\w]/g, "\\$&"))
    .join("|"),
);

/** Whether a format is one of these. */
export function isVendorFormat(format: string): boolean {
  return formats.some((one) => one.format === format);
}

/** The environment variables that vendors' tools read credentials from, whatever their names. */
export const vendorVariables: readonly string[] = keys.flatMap(({ variables }) => variables);

/** The formats and variables of the keys of a provider of models. */
export function keysOfProvider(name: string): {
  readonly formats: readonly string[];
  readonly variables: readonly string[];
} {
  const own = keys.filter(({ provider }) => provider === name);
  return {
    formats: own.map(({ format }) => format),
    variables: own.flatMap(({ variables }) => variables),
  };
}

/** The credentials in these formats in a text. */
export function vendorFormatsIn(text: string): readonly VendorFormat[] {
  if (!anyStart.test(text)) return [];
  return formats
    .filter(({ starts }) => starts.some((start) => text.includes(start)))
    .flatMap(({ what, format, pattern }) =>
      [...text.matchAll(pattern)].map((found) => ({
        what,
        format,
        text: found[0],
        index: found.index,
      })),
    );
}
