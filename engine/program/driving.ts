/** The code of what is thrown where a program would start the Pulumi CLI by the Automation API. */
export const DRIVES_PULUMI = "AGENTID_DRIVES_PULUMI";

/** The sentence for a program of the Automation API. Source: pulumi.com/docs/iac/automation-api. */
export const drivesPulumi =
  "a program that drives Pulumi itself is not run; name the folder of the program that it drives, or have it preview with the policy pack";
