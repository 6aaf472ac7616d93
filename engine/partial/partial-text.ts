import { Unknown } from "../../core/snapshot/value";

/** A text of which only parts are not known: for all that cannot look into it, an unknown like any other, secret where a part is. */
export class PartialText extends Unknown {
  /** @param parts literal texts, and the unknowns between them */
  constructor(override readonly parts: readonly (string | Unknown)[]) {
    super(
      [...new Set(parts.flatMap((part) => (typeof part === "string" ? [] : part.dependsOn)))],
      parts.some((part) => typeof part !== "string" && part.secret),
    );
  }
}
