import type { Policies } from "@pulumi/policy";
import type { Configuration } from "./configuration";
import { createPolicies } from "./policies";
import { refuseDebugger } from "./refuse-debugger";

export type { Configuration } from "./configuration";

/** Options of {@link policies}. */
export interface PolicyOptions {
  /** The default where the engine's configuration of the policy `agentid` is empty. */
  readonly configuration?: Configuration;
}

/**
 * The policies of agentid, for a pack of your own: `new PolicyPack("mine", { policies: [...policies(), ...others] })`.
 *
 * Keep them in this order, and use them in one pack: they share what they saw of the stack.
 */
export function policies(options: PolicyOptions = {}): Policies {
  refuseDebugger();
  return createPolicies(options);
}
