import table from "./standards.json";

/** A standard as rules name it, with the version of its catalogue: `NHI9:2025`, `CIS-EKS-1.8.0:4.1.5`. */
export type StandardId = keyof typeof table.standards;

/** The standards that a rule serves, by its id; none of a rule that is not in the table. */
export function standardsOf(id: string): readonly StandardId[] {
  return (table.rules as Readonly<Record<string, readonly StandardId[]>>)[id] ?? [];
}

/** A list of standards, with its version. */
export interface Catalogue {
  readonly title: string;
  /** Where it was read, with what was not read at its source. */
  readonly source: string;
  readonly standards: readonly { readonly id: StandardId; readonly title: string }[];
}

/** Every catalogue with all of its standards that rules may name. */
export function catalogues(): readonly Catalogue[] {
  const entries = Object.entries(table.standards) as [
    StandardId,
    { readonly catalogue: string; readonly title: string },
  ][];
  return Object.entries(table.catalogues).map(([key, { title, source }]) => ({
    title,
    source,
    standards: entries
      .filter(([, { catalogue }]) => catalogue === key)
      .map(([id, entry]) => ({ id, title: entry.title })),
  }));
}
