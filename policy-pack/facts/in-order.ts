import type { Fact } from "./fact";

/** Compares facts by where they were read: resource by resource, and by property in each. */
export function inOrder({ at: a }: Pick<Fact, "at">, { at: b }: Pick<Fact, "at">): number {
  if (a.urn !== b.urn) return a.urn < b.urn ? -1 : 1;
  if (a.property === b.property) return 0;
  return a.property < b.property ? -1 : 1;
}
