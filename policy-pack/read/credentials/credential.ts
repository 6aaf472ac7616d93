import type { Severity } from "../../../core/severity";

/** A static credential as text. */
export interface Credential {
  /** The readable kind: `Slack token`, `value of DB_PASSWORD`. */
  readonly what: string;
  readonly severity: Severity;
  /** The detector's id of the format: `openai`. None where only the name shows it. */
  readonly format?: string;
  /** Where in the text it begins and ends. None where it is the text as a whole. */
  readonly start?: number;
  readonly end?: number;
}
