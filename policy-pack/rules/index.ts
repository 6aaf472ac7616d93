import type { Rule } from "../define-rule";
import noSharedIdentity from "./no-shared-identity";

/** Every rule, in the order in which they are listed. */
export const rules: readonly Rule[] = [noSharedIdentity];
