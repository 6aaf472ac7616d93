import type { Position } from "./problems";

/** The content of a file, with aliases and merge keys resolved and a location for everything. */
export type Written =
  | { readonly kind: "map"; readonly at: Position; readonly entries: readonly WrittenEntry[] }
  | { readonly kind: "list"; readonly at: Position; readonly items: readonly Written[] }
  | {
      readonly kind: "scalar";
      readonly at: Position;
      readonly value: unknown;
      readonly source: string;
    };

/** An entry of a map; `at` is the location of its key. */
export interface WrittenEntry {
  readonly key: string;
  readonly at: Position;
  readonly value: Written;
}
