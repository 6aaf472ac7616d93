import table from "./standards.json";

/** A standard as rules name it, with the version of its catalogue: `NHI9:2025`, `CIS-EKS-1.8.0:4.1.5`. */
export type StandardId = keyof typeof table.standards;

/** The standards that a rule serves, by its id; none of a rule that is not in the table. */
export function standardsOf(id: string): readonly StandardId[] {
  return (table.rules as Readonly<Record<string, readonly StandardId[]>>)[id] ?? [];
}

/** A page of the documentation, by its path below `docs/`. */
interface Page {
  readonly title: string;
  readonly path: string;
}

/** A standard, with what serves it: at least one rule or page, or why nothing does. */
export interface Standard {
  readonly id: StandardId;
  readonly title: string;
  /** Ids of rules, in alphabetical order. */
  readonly rules: readonly string[];
  readonly pages: readonly Page[];
  /** What of it is not covered, in a few words. */
  readonly notCovered?: string;
}

/** A list of standards, with its version. */
export interface Catalogue {
  readonly title: string;
  /** Where it was read, with what was not read at its source. */
  readonly source: string;
  readonly standards: readonly Standard[];
}

/** What serves a standard beside the rules whose findings name it. */
interface Served {
  readonly rules?: readonly string[];
  readonly pages?: readonly (keyof typeof table.pages)[];
  readonly notCovered?: string;
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
      .map(([id, entry]) => standard(id, entry.title)),
  }));
}

function standard(id: StandardId, title: string): Standard {
  const {
    rules = [],
    pages = [],
    notCovered,
  } = (table.served as Readonly<Record<string, Served>>)[id] ?? {};
  const naming = Object.keys(table.rules).filter((rule) => standardsOf(rule).includes(id));
  return {
    id,
    title,
    rules: [...new Set([...naming, ...rules])].sort(),
    pages: pages.map((page) => table.pages[page]),
    ...(notCovered !== undefined && { notCovered }),
  };
}
