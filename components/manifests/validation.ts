/** A check of a ValidatingAdmissionPolicy. */
export interface Validation {
  /** In CEL, true for what is let in. */
  readonly expression: string;
  readonly message: string;
}
