import { argumentError, oneOf } from "../arguments/argument-error";
import { Sensitivity, type SensitivityName } from "../arguments/choices";
import { intentWanted, isIntent } from "../arguments/intents";

/** What a call of a tool has whose request to the task broker has no `authorization_details`. */
export interface ToolDefaults {
  /** Its intent, where the request has no `scope` either. Default: such a request is refused. */
  intent?: string;
  // No enumeration: programs in YAML cannot pass one on.
  /** The most sensitive data that it touches: `public`, `internal`, `confidential`, `restricted`. */
  sensitivity: SensitivityName;
}

/** Refuses defaults that no grant could have. */
export function checkDefaults(
  subject: string,
  argument: string,
  { intent, sensitivity }: ToolDefaults,
): void {
  oneOf(subject, `${argument}.sensitivity`, sensitivity, Sensitivity);
  if (intent === undefined || isIntent(intent)) return;
  throw argumentError(subject, `${argument}.intent \`${intent}\` is none; give ${intentWanted}`);
}
