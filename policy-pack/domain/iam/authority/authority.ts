import type { Uncertainty } from "../../../../core/certainty";
import type { At } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import type { PolicyDocument } from "../../../../core/policy/statement";

/** A policy as it counts for an identity. */
export interface Policy {
  /** The managed policy, else the resource that states the inline one. */
  readonly name: Name;
  /** Where the identity receives it. */
  readonly at: At;
  /** Short name of a policy of AWS's own, such as `AdministratorAccess`. */
  readonly managed?: string;
  readonly content:
    | { readonly kind: "document"; readonly document: PolicyDocument }
    | ({ readonly kind: "unknown" } & Uncertainty);
}

/**
 * What an identity may do: what one of its policies allows, each of its limits allows too, and no statement of either
 * denies.
 *
 * Source: IAM user guide, policy evaluation logic.
 */
export interface Authority {
  /** Policies of its own and those attached to it. */
  readonly policies: readonly Policy[];
  /** Its permissions boundary and session policies, each as the policies that together make it. */
  readonly limits: readonly (readonly Policy[])[];
  /** Policies of the requested resource: their Allow counts beside its own, their Deny for all. */
  readonly ofResource?: readonly Policy[];
}
