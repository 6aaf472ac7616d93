import type { Position } from "./problems";

/** What is written in a file, with aliases and merge keys resolved and everything knowing where it stands. */
export type Written =
  | { readonly kind: "map"; readonly at: Position; readonly entries: readonly WrittenEntry[] }
  | { readonly kind: "list"; readonly at: Position; readonly items: readonly Written[] }
  | {
      readonly kind: "scalar";
      readonly at: Position;
      readonly value: unknown;
      readonly source: string;
    };

/** An entry of a map; `at` is where its key stands. */
export interface WrittenEntry {
  readonly key: string;
  readonly at: Position;
  readonly value: Written;
}
