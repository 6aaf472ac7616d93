import type * as pulumi from "@pulumi/pulumi";
import { subjectOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { derive, isPlain, part } from "../arguments/known";
import type { BrokeredWorkload } from "../workload/brokered";
import { compileGrants, type CompiledGrants, type Deciding } from "./compiled";

/** What a policy store of grants is made from. */
export interface GrantPolicyStoreArgs {
  /** The agents and orchestrators whose grants are decided, each as its `brokerRef`; all of one tenant, and one of them has a grant that no gateway decides. */
  workloads: pulumi.Input<BrokeredWorkload>[];
  /** Whether AWS refuses to delete the store. Default: true; set it to false and update before the store is removed. */
  deletionProtection?: boolean;
}

/** A policy store's arguments, checked as far as they are known: the inputs under which it is in the stack. */
export interface GrantPolicyStoreDeclaration {
  readonly workloads: readonly pulumi.Input<Deciding>[];
  readonly deletionProtection: boolean;
}

/** Checks a policy store's arguments before anything is registered, and fills in their defaults. */
export function declarePolicyStore(
  resourceName: string,
  { workloads, deletionProtection = true }: GrantPolicyStoreArgs,
): GrantPolicyStoreDeclaration {
  const subject = subjectOf("policy store", resourceName);
  const declaration: GrantPolicyStoreDeclaration = {
    workloads: workloads.map((workload, index) =>
      part(workload, (known) => decidingOf(subject, `workloads[${index}]`, known)),
    ),
    deletionProtection,
  };
  if (isPlain(declaration)) compiledGrants(subject, declaration);
  return declaration;
}

/** What of a workload is decided by; the rest of its reference may be known later. */
function decidingOf(subject: string, argument: string, workload: BrokeredWorkload): Deciding {
  checkTypes(subject, "BrokeredWorkload", workload, argument);
  const { tenant, name, grants } = workload;
  return { tenant, name, ...(grants !== undefined && { grants }) };
}

/** The content of the policy store; at once where all of it is known, else once it is. */
export function compiledGrants(
  subject: string,
  declaration: GrantPolicyStoreDeclaration,
): pulumi.Output<CompiledGrants> | CompiledGrants {
  return derive(declaration.workloads, (known) => compileGrants(subject, known));
}
