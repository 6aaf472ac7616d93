import { Secret, Unknown, isList, isRecord, type Value } from "./value";

/** A text in a value, or an unknown there, and whether it is in a mark of secrecy. */
export interface Leaf {
  readonly value: string | Unknown;
  readonly isMarked: boolean;
}

/** The texts and unknowns in a value, in their order, at any depth. */
export function* leavesIn(value: Value | undefined): Iterable<Leaf> {
  const open: { readonly value: Value | undefined; readonly isMarked: boolean }[] = [
    { value, isMarked: false },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: here, isMarked } = next;
    if (typeof here === "string" || here instanceof Unknown) yield { value: here, isMarked };
    else if (here instanceof Secret) {
      open.push({ value: here.revealForComparison(), isMarked: true });
    } else if (isList(here) || isRecord(here)) {
      const parts: readonly Value[] = isList(here) ? here : Object.values(here);
      for (let at = parts.length - 1; at >= 0; at -= 1) open.push({ value: parts[at], isMarked });
    }
  }
}

/**
 * The texts in a value, unchanged.
 *
 * @param which `open` for those outside of marks of secrecy, `marked` for those within. Default: all.
 */
export function* textsIn(
  value: Value | undefined,
  which: "open" | "marked" | "all" = "all",
): Iterable<string> {
  for (const { value: text, isMarked } of leavesIn(value)) {
    if (typeof text === "string" && (which === "all" || isMarked === (which === "marked"))) {
      yield text;
    }
  }
}
