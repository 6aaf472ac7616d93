import { failureRule } from "../run/findings";
import { configurationSchema } from "./configuration";

/** The policy that speaks where the pack itself fails, and whose configuration is that of the pack. */
export const failurePolicy = {
  name: failureRule,
  description: "Every resource can be read and judged",
  displayName: "agentid",
  enforcementLevel: "mandatory",
  severity: "critical",
  remediationSteps:
    "mend the configuration or the property named, or report the failure with what shows it",
  configSchema: configurationSchema,
} as const;
